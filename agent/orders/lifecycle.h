// How an order should travel: the lifecycle file as plain values. Made by settings/lifecycle_reader, immutable then.
// Bounds: 200 stages, 200 systems, 32 entries a list.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "orders/calendar.h"

namespace ordertrace {

// A limit of the file: "24h" counts always, "24h business" only open hours of the calendar.
struct Limit {
    Duration length{};
    bool business = false;
    friend bool operator==(const Limit&, const Limit&) = default;
};

// A system that must come to see a status, and how soon.
struct Reach {
    std::string system;
    Limit within;
    friend bool operator==(const Reach&, const Reach&) = default;
};

struct Stage {
    std::string name;               // the status
    std::string set_by;             // the system whose word counts; empty: any
    std::vector<Reach> reaches;     // in the file's order
    std::vector<std::string> next;  // in the file's order
    std::optional<Limit> within;    // how long an order may stay
    bool terminal = false;
};

struct LifecycleSystem {
    std::string name;
    std::optional<Duration> silent_after;  // none: its silence says nothing
};

struct Lifecycle {
    std::string name_space = "default";
    Duration skew = std::chrono::seconds{30};
    Duration retry_within = std::chrono::minutes{10};
    std::vector<std::string> ignore_steps;  // globs
    std::vector<LifecycleSystem> systems;
    Calendar calendar;
    std::vector<Stage> stages;  // in the file's order; the first is where orders begin

    const Stage* find_stage(std::string_view name) const;
    const LifecycleSystem* find_system(std::string_view name) const;
    // Whether `to` can be reached from `from` by one or more steps of `next`.
    bool leads_to(std::string_view from, std::string_view to) const;
    // How many stages an order in `stage` may still see, that one included: fewer, the further on it is.
    std::size_t stages_left(const Stage& stage) const;
    // When a limit that runs from `since` is over; TimePoint::max(): never.
    TimePoint deadline(TimePoint since, const Limit& limit) const;
};

}  // namespace ordertrace
