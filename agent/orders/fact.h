// What is known of one order: its facts, as the spans of all systems tell them. Plain values, made by a store, owned by
// whoever took them from there. Facts may come twice, late and in any order; nothing here depends on it.
// Bounds: the protocol's (names 128 bytes, notes 4 KiB); a store gives at most FactLimits::per_order facts of an order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace ordertrace {

// The tag order.record. `other`: spans that are nobody's record of ours; they are shown and say nothing.
enum class FactRecord : std::uint8_t {
    step,
    started,
    overdue,
    abandoned,
    status,
    sent,
    received,
    mark,
    note,
    alias,
    title,
    other
};

// The tag order.result; `none` where the span carries none.
enum class FactResult : std::uint8_t { none, ok, fail, timeout, skip, cancel };

struct Fact {
    SpanId id;
    ParentId parent;  // of started and overdue: the id the step's own span will have
    FactRecord record = FactRecord::other;
    FactResult result = FactResult::none;
    TimePoint start{};
    Duration duration{1};
    std::string system;    // the span's service
    std::string name;      // of the span: the step, "status X", "sent to crm", "calc_price (started)"
    std::string status;    // of `status`: order.status; of sent and received: order.edge.status, the status it carries
    std::string edge;      // of sent and received: order.edge, "mes>crm"
    std::string message;   // messaging.message.id
    std::string via;       // messaging.destination.name
    std::string step_id;   // step.id
    std::string instance;  // service.instance.id
    std::string alias;     // of `alias`: order.alias, "SYS:ID"
    std::string note;      // otel.status_description, else the message of the first log
    std::uint32_t attempt = 0;  // 0: not said
    std::uint32_t attempt_max = 0;
    bool given_up = false;  // of `abandoned`: abandoned.reason is limit, not superseded

    TimePoint end() const { return start + duration; }
    friend bool operator==(const Fact&, const Fact&) = default;
};

struct FactLimits {
    static constexpr std::size_t per_order = 10'000;  // the latest by start; an order beyond it says so (truncated)
};

// The facts of one order with those of its aliases (their `system` is the alias's system).
struct OrderFacts {
    std::string order;
    std::vector<Fact> facts;           // in any order, no id twice
    std::vector<std::string> aliases;  // "SYS:ID" whose facts are among `facts`, sorted
    std::string alias_of;              // this id is only another name of that order; empty: an order of its own
    bool truncated = false;
};

}  // namespace ordertrace
