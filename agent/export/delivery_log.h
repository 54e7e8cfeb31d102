// What a destination says in the log: an outage at its beginning with the reason, once a minute while it lasts, each
// new reason once, and its end; a URL given up for the next one, and its return. Knows whether the destination is up.
// Owned by one DeliveryFsm; delivery thread.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "settings/agent_settings.h"

namespace ordertrace {

using Log = std::function<void(LogSettings::Level, std::string)>;

class DeliveryLog {
public:
    DeliveryLog(std::string destination, Log log) : destination_{std::move(destination)}, log_{std::move(log)} {}

    // A request failed. `reason` is one of a closed list, `line` says it to a person.
    void failed(std::string_view reason, std::string line);
    // Every URL failed.
    void all_failed(TimePoint now);
    void gave_up_url(std::size_t index, std::string_view next_url);
    void accepted(std::size_t index, std::string_view url, TimePoint now);
    void say(LogSettings::Level level, std::string_view line) const;
    void forget_urls() { given_up_.clear(); }

    bool down() const { return down_; }
    const std::string& last_error() const { return last_error_; }

private:
    std::string destination_;
    Log log_;
    bool down_ = false;
    TimePoint since_{};
    TimePoint said_{};
    std::uint64_t failed_requests_ = 0;
    std::string last_reason_;
    std::string last_error_;  // empty: the last request was accepted
    std::set<std::string, std::less<>> reasons_said_;
    std::set<std::size_t> given_up_;
};

// "12 s", "3 min 20 s", "2 h 5 min": for people.
std::string spoken(Duration time);

}  // namespace ordertrace
