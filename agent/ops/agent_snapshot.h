// One moment of the agent, gathered by the app for a scrape: what /metrics, /status and the last log line show.
// Plain data; made and read on the delivery thread.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/balance.h"
#include "base/listener_numbers.h"
#include "base/time.h"
#include "export/request_numbers.h"
#include "journal/journal_reader.h"

namespace ordertrace {

// Upper bounds of the buckets, without the last one, +Inf.
inline constexpr std::array<double, 8> step_seconds_bounds{0.1, 1, 10, 60, 600, 3600, 28'800, 86'400};

// IntakeCounters::accepted is indexed by the verb; this is the same order as labels.
inline constexpr std::array<std::string_view, 11> accepted_labels{"span", "start", "end",   "status", "sent", "recv",
                                                                  "note", "mark",  "alias", "beat",   "other"};

struct StepDurationSnapshot {
    std::string step;
    std::string result;
    std::vector<std::uint64_t> buckets;  // cumulative by step_seconds_bounds, then +Inf
    double seconds_sum = 0;
};

struct RejectSnapshot {
    TimePoint received{};
    std::string reason;
    std::string from;  // sender's address
    std::string text;  // valid UTF-8, at most 256 bytes
};

struct AgentSnapshot {
    TimePoint now{};
    TimePoint started{};
    std::string system;
    bool ready = false;
    bool draining = false;
    Balance balance;
    JournalGauges journal;
    std::vector<DestinationNumbers> destinations;
    std::uint64_t open_steps = 0;
    std::map<std::string, double> oldest_open_seconds;  // by step, at most 200, then `other`
    std::vector<StepDurationSnapshot> step_durations;
    std::map<std::string, TimePoint> last_seen;  // by system
    std::uint64_t receive_buffer_bytes = 0;      // the smallest one really got
    std::uint64_t datagrams_refused = 0;         // of senders outside allow_from
    std::vector<ListenerNumbers> listeners;      // all but UDP
    bool last_reload_successful = true;
    TimePoint last_reload{};
    std::vector<RejectSnapshot> rejects;  // newest last, at most 100
};

}  // namespace ordertrace
