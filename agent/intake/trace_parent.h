// A W3C traceparent header: version-trace-span-flags in lower-case hex. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "steps/event.h"

namespace ordertrace {

// Nothing if it cannot be read: wrong length or digits, version ff, or an id of zeros.
std::optional<TraceParent> parse_trace_parent(std::string_view text);

}  // namespace ordertrace
