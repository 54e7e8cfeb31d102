// Whether the agents could have seen a fact that is missing. Pure; any thread.
#pragma once

#include <string_view>

#include "base/time.h"
#include "orders/judging.h"

namespace ordertrace {

// Whether between two moments a beat of the system tells of loss, or no beat covers a part of a stretch longer than
// the beat gap although an earlier beat is known. Without an earlier beat nothing is blind.
bool is_blind(Judging& judging, std::string_view system, TimePoint from, TimePoint to);

}  // namespace ordertrace
