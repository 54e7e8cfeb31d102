// Shows a received order as a text table for a terminal: one row a span, by time. Pure.
// Columns are aligned by display width, foreign text is inert, and long cells end in "…".
#pragma once

#include <string>

#include "base/time.h"
#include "board/received_orders.h"

namespace ordertrace {

// UTC, to the millisecond: 2026-11-22 10:00:00.843
std::string to_clock_text(TimePoint time);

// 250 us, 12.4 ms, 3.2 s, 2 h 05 min; nothing for the 1 us of an instant.
std::string to_duration_text(Duration duration);

std::string to_table(const ReceivedOrder& order);

}  // namespace ordertrace
