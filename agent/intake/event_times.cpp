#include "intake/event_times.h"

#include "intake/event_time.h"

namespace ordertrace {

void EventTimes::fill(Event& event, KeySet keys) {
    keys_ = keys;
    event.received = now_;
    const auto zone = raw_.text(Key::tz);
    if (!zone.empty()) {
        if (zones_.find(zone))
            listener_zone_ = zone;
        else
            raw_.put_aside(Key::tz);
    }
    const auto time = read(Key::t);
    timed_ = time.has_value();
    event.time = time.value_or(now_);
    if (!event.demoted && (event.verb == Verb::span || event.verb == Verb::mark))
        fill_stretch(event);
    else if (!event.demoted && event.verb == Verb::end)
        fill_end(event);
    else
        set_stretch(event, event.time, event.time);
}

std::optional<TimePoint> EventTimes::read(Key key) {
    const auto text = keys_.has(key) ? raw_.text(key) : std::string_view{};
    if (text.empty()) return std::nullopt;
    const auto written = parse_time(text);
    const auto zone = written && written->local ? zones_.find(listener_zone_) : Zone{};
    if (!written || !zone) {
        raw_.put_aside(key);
        return std::nullopt;
    }
    return bounded(to_utc(written->since_1970, *zone), text);
}

// `dur`, else `ms`, else `us`: the first that can be read.
std::optional<EventTimes::Length> EventTimes::read_length() {
    std::optional<Length> length;
    for (const auto key : {Key::dur, Key::ms, Key::us}) {
        const auto text = keys_.has(key) ? raw_.text(key) : std::string_view{};
        if (text.empty()) continue;
        const auto duration = key == Key::dur  ? parse_duration(text)
                              : key == Key::ms ? parse_duration_in(text, std::chrono::milliseconds{1})
                                               : parse_duration_in(text, Duration{1});
        if (!duration)
            raw_.put_aside(key);
        else if (!length)
            length = Length{*duration, text};
    }
    return length;
}

TimePoint EventTimes::bounded(TimePoint time, std::string_view text) {
    if (time >= now_ - oldest && time <= now_ + furthest) return time;
    replaced_.push_back(text);
    return now_;
}

void EventTimes::fill_stretch(Event& event) {
    const auto start = read(Key::start);
    const auto end = read(Key::end);
    const auto length = read_length();
    event.has_start = start || length;
    if (start && end) return set_stretch(event, *start, *end);
    if (start && length) return set_stretch(event, *start, bounded(*start + length->duration, length->text));
    const auto last = end.value_or(event.time);
    if (length) return set_stretch(event, bounded(last - length->duration, length->text), last);
    const auto moment = start.value_or(last);
    set_stretch(event, moment, moment);
}

// Its time is `t`; where there is none, what start and duration make together.
void EventTimes::fill_end(Event& event) {
    const auto start = read(Key::start);
    const auto length = read_length();
    event.has_start = start || length;
    if (!event.has_start) {
        event.start = event.end = event.time;
        fixed_ = false;
        return;
    }
    if (start && length && !timed_) event.time = bounded(*start + length->duration, length->text);
    const auto begin = start ? *start : length ? bounded(event.time - length->duration, length->text) : event.time;
    set_stretch(event, begin, event.time);
}

void EventTimes::set_stretch(Event& event, TimePoint start, TimePoint end) {
    constexpr Duration least{1};
    fixed_ = end < start;
    event.start = start;
    event.end = end > start ? end : start + least;
}

}  // namespace ordertrace
