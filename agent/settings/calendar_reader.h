// Reads `calendar` of a lifecycle file: zone, open hours, closed days; and judges the limits that count by it.
// Used inside this room only. Blocking: the rules of a zone are read from the system's tz database. Any one thread.
// Bounds: 64 spans of open hours in a week, 1,000 closed days.
#pragma once

#include "orders/lifecycle.h"
#include "settings/map_reader.h"

namespace ordertrace {

struct CalendarReading {
    Calendar calendar;
    Duration open_a_week{};  // 0: no hours are given
    bool good = true;        // false: what was given of hours is wrong, and no limit can be judged by it
};

CalendarReading read_calendar(MapReader& root);

// A judge of limits: "24h", "24h business". The reading outlives it.
struct LimitJudge {
    const CalendarReading& calendar;
    Judged<Limit> operator()(const std::string& text) const;
};
std::string to_text(const Limit& limit);

}  // namespace ordertrace
