// Open hours: limits marked "business" run only in them. Immutable once made; any thread.
// The rules of the zone come from the system's tz database and live as long as the program.
// Bounds: 64 spans of open hours, 1,000 closed days; a search looks at most 20 years ahead.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/time.h"

namespace date {
class time_zone;
}

namespace ordertrace {

// Hours of one weekday, local time, from midnight: [from, to), to at most 24 h.
struct OpenHours {
    unsigned weekday = 0;  // 0 Sunday … 6 Saturday, as std::chrono::weekday::c_encoding
    std::chrono::minutes from{};
    std::chrono::minutes to{};
    friend auto operator<=>(const OpenHours&, const OpenHours&) = default;
};

class Calendar {
public:
    // Always open.
    Calendar() = default;
    // `zone` nullptr: UTC. Overlapping hours count once. A day in `closed` is closed as a whole. No hours: every day.
    // What is open is what the zone's clock shows: an hour that comes twice counts twice, one left out not at all.
    Calendar(const date::time_zone* zone, std::vector<OpenHours> open, std::vector<std::chrono::year_month_day> closed);

    // When `length` of open time has passed since `from`. TimePoint::max() if it never does (nothing open in 20 years).
    TimePoint after(TimePoint from, Duration length) const;
    // The open time between two moments; 0 if `to` is not after `from`.
    Duration open_between(TimePoint from, TimePoint to) const;

    bool always_open() const { return open_.empty(); }
    const std::vector<OpenHours>& open() const { return open_; }
    const std::vector<std::chrono::year_month_day>& closed() const { return closed_; }

private:
    struct Interval {
        TimePoint from, to;
    };
    // A time during which the zone's clock runs on evenly.
    struct Piece {
        Duration offset{};
        TimePoint end = TimePoint::max();
    };
    Piece piece_at(TimePoint time) const;
    bool is_closed(std::chrono::sys_days day) const;
    // Gives the open intervals after `from` in their order, until `take` returns false.
    template <class Take>
    void each_interval(TimePoint from, Take take) const;

    const date::time_zone* zone_ = nullptr;
    std::vector<OpenHours> open_;                      // sorted, disjoint; empty: always open
    std::vector<std::chrono::year_month_day> closed_;  // sorted
};

}  // namespace ordertrace
