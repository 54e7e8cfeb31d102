// Time as the product counts it: whole microseconds since 1970 UTC, in integers.
// No room reads a clock through this header; `now` is always an argument.
#pragma once

#include <chrono>

namespace ordertrace {

using Duration = std::chrono::microseconds;
using TimePoint = std::chrono::sys_time<Duration>;

constexpr TimePoint from_micros(std::int64_t micros) { return TimePoint{Duration{micros}}; }
constexpr std::int64_t to_micros(TimePoint time) { return time.time_since_epoch().count(); }

}  // namespace ordertrace
