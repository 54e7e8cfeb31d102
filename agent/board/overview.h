// The whole shop at one moment, as the watcher saw it at the end of a cycle: what the board's page, lists, metrics and
// API show of stages, edges, steps and systems. Immutable once made; shared between the watcher's and the web's thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "orders/stay_counts.h"
#include "orders/summary.h"
#include "orders/system_life.h"

namespace ordertrace {

struct StageOverview : StageRow {
    std::optional<TimePoint> oldest;  // since when the order that is there longest is there
    StayHistogram histogram;
};

struct EdgeOverview : EdgeRow {
    std::optional<TimePoint> oldest_missing;
};

struct SystemOverview {
    std::string system;
    bool known = false;                    // named in the lifecycle
    TimePoint last_seen{};                 // epoch: never
    std::vector<std::string> hosts{};      // whose agents spoke for it in the last 24 h
    std::int64_t lost = 0;                 // what beats of the last 24 h tell: events lost on the host, …
    std::int64_t missing = 0;              // … numbers of the sender that never came, …
    std::int64_t dropped = 0;              // … spans this store never got
    std::optional<Duration> silent_for{};  // longer than silent_after, as a living agent sees it
};

struct WatchCounters {
    std::uint64_t cycles = 0;
    std::uint64_t failed_cycles = 0;  // the store did not answer
    std::uint64_t judged = 0;
    std::uint64_t marks_sent = 0;
    std::uint64_t marks_too_old = 0;  // older than look_back
    std::uint64_t marks_failed = 0;   // not taken by the socket; tried again
};

struct Overview {
    TimePoint at{};  // end of the cycle; epoch: none yet
    Duration took{};
    std::string trouble;     // why the last cycle failed; empty: it did not
    bool caught_up = false;  // all orders of the store were judged once
    std::uint64_t orders = 0, stuck = 0;
    std::vector<StageOverview> stages;  // the lifecycle's order; last, if there are any, orders without a status
    std::vector<StepRow> steps;
    std::vector<EdgeOverview> edges;
    std::vector<SystemOverview> systems;
    WatchCounters counters;
    SystemLives lives;  // what verdicts are judged with until the next cycle
};

}  // namespace ordertrace
