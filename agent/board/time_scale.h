// The geometry of time: where on a line a moment lies, and where its marks stand. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.h"

namespace ordertrace {

// From 0 to 100 per cent over [from, to]; a moment outside lies at the nearer end. Never empty: `to` is after `from`.
class TimeScale {
public:
    // A range that is empty or reversed becomes one of a second.
    TimeScale(TimePoint from, TimePoint to);
    // With a margin of 2 % at both sides, so that what happens at the ends can be seen whole.
    static TimeScale with_margin(TimePoint from, TimePoint to);

    double percent(TimePoint time) const;
    TimePoint from() const { return from_; }
    TimePoint to() const { return to_; }

private:
    TimePoint from_, to_;
};

// "12.5%", as SVG wants it: at most five places after the point.
std::string percent_text(double percent);

// Round moments (UTC) inside the scale, at most `most`, evenly apart; the finest such division.
std::vector<TimePoint> ticks(const TimeScale& scale, std::size_t most);

// For each of some stretches of time, sorted by their begin, the first row where it overlaps none before it; beyond
// `most` rows the last one.
struct Stretch {
    TimePoint from, to;
};
std::vector<std::size_t> rows_of(const std::vector<Stretch>& stretches, std::size_t most);

}  // namespace ordertrace
