// What is known of the systems: the beats of the agents that speak for them. Plain values, made from spans with
// order.record = beat; owned by the watcher. Bounds: 1,000 systems; beats are kept for `watch.look_back`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace ordertrace {

struct Restart {
    std::string instance;
    TimePoint at{};
    friend auto operator<=>(const Restart&, const Restart&) = default;
};

// One beat: what an agent says of one system between two moments. An agent's 1 µs probe is no beat.
struct Beat {
    std::string host;
    TimePoint start{};
    TimePoint end{};
    TimePoint seen_at{};  // system.seen_at: when the agent last heard of the system; epoch: never
    std::int64_t received = 0;
    std::int64_t lost = 0;     // agent.lost
    std::int64_t missing = 0;  // agent.missing
    std::int64_t dropped = 0;  // agent.dropped.<watch.destination>
    std::int64_t rejected = 0;
    std::int64_t system_beats = 0;  // system.beats: `beat` lines of the system itself
    std::vector<Restart> restarts;  // system.restarted
    bool tells_of_loss() const { return lost > 0 || missing > 0 || dropped > 0; }
    friend bool operator==(const Beat&, const Beat&) = default;
};

struct SystemLife {
    std::vector<Beat> beats;  // by start, none twice
    TimePoint last_seen{};    // of anything the system said: seen_at of beats, facts; epoch: never

    // Drawn from the beats, so that a verdict need not walk through them.
    std::vector<TimePoint> covered;  // for each beat the latest end up to it
    TimePoint heard{};               // the latest seen_at; epoch: never
    TimePoint spoke{};               // the end of the latest beat with `beat` lines of the system; epoch: never
    std::map<std::string, TimePoint, std::less<>> restarted;  // the latest restart of each instance
};

class SystemLives {
public:
    static constexpr std::size_t max_systems = 1000;    // what is said of further ones is not kept
    static constexpr std::size_t max_instances = 1000;  // of a system; the restarts of further ones are not kept

    void add(std::string_view system, Beat beat);
    void seen(std::string_view system, TimePoint at);
    // Forgets beats that ended before, but for the last one of each host, and restarts before.
    void forget_before(TimePoint time);
    const SystemLife* find(std::string_view system) const;
    const std::map<std::string, SystemLife, std::less<>>& all() const { return systems_; }

private:
    SystemLife* life_of(std::string_view system);

    std::map<std::string, SystemLife, std::less<>> systems_;
};

}  // namespace ordertrace
