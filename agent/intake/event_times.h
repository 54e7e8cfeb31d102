// When an event was, from its keys t, start, end, dur, ms, us and tz. Pure: `now` is when the line was received.
#pragma once

#include <boost/container/static_vector.hpp>

#include "intake/raw_event.h"
#include "intake/time_zones.h"

namespace ordertrace {

// Reads the times of one event; what is unreadable goes to the raw event's rest.
class EventTimes {
public:
    // A stored time lies between now - 90 days and now + 24 h: storage that partitions by day refuses more.
    static constexpr Duration oldest = std::chrono::hours{24 * 90};
    static constexpr Duration furthest = std::chrono::hours{24};

    EventTimes(RawEvent& raw, TimeZones& zones, std::string_view listener_zone, TimePoint now)
        : raw_{raw}, zones_{zones}, listener_zone_{listener_zone}, now_{now} {}

    // `keys`: what the event's verb reads. Sets time, start, end and has_start.
    void fill(Event& event, KeySet keys);

    bool fixed() const { return fixed_; }
    // The texts of times that were replaced by `now`.
    using Texts = boost::container::static_vector<std::string_view, 4>;
    const Texts& replaced() const { return replaced_; }

private:
    struct Length {
        Duration duration;
        std::string_view text;
    };
    std::optional<TimePoint> read(Key key);
    std::optional<Length> read_length();
    TimePoint bounded(TimePoint time, std::string_view text);
    void fill_stretch(Event& event);
    void fill_end(Event& event);
    void set_stretch(Event& event, TimePoint start, TimePoint end);

    RawEvent& raw_;
    TimeZones& zones_;
    std::string_view listener_zone_;
    TimePoint now_;
    KeySet keys_;
    Texts replaced_;
    bool timed_ = false;
    bool fixed_ = false;
};

}  // namespace ordertrace
