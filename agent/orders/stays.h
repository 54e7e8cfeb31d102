// The stages an order went through, and the hand-offs between systems: what verdicts, marks, the timeline and the
// statistics all build on. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "orders/fact.h"
#include "orders/fact_list.h"
#include "orders/lifecycle.h"

namespace ordertrace {

// A stay in a stage, from the status that began it to the one that ended it.
struct Stay {
    std::string stage;
    std::string system;  // who reported it
    TimePoint since{};
    std::optional<TimePoint> until;  // none: the order is still there
    SpanId begun_by;
    friend bool operator==(const Stay&, const Stay&) = default;
};

// By time, none twice; a status that is repeated by its own system goes on with the stay. Empty: no status yet.
// Only the lifecycle's stages count.
std::vector<Stay> stays_of(const Lifecycle& lifecycle, const std::vector<Fact>& facts);
std::vector<Stay> stays_of(const Lifecycle& lifecycle, const std::vector<StatusReport>& reports);

// One message between two systems, sent, received or both.
struct HandOff {
    std::string edge;  // "mes>crm"
    std::string from, to, via, message;
    std::string status;                       // which status it carries: told by st=, or found by time; empty: none
    std::optional<TimePoint> status_at;       // when the sender first reported that status, if it did
    std::optional<TimePoint> sent, received;  // the first of each
    SpanId sent_id, received_id;
    friend bool operator==(const HandOff&, const HandOff&) = default;
};

// By time of the first of its two ends.
std::vector<HandOff> hand_offs_of(const Lifecycle& lifecycle, const std::vector<Fact>& facts);
std::vector<HandOff> hand_offs_of(const Lifecycle& lifecycle, const FactList& facts,
                                  const std::vector<StatusReport>& reports, const std::vector<Stay>& stays);

}  // namespace ordertrace
