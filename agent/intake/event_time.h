// Times and durations as the protocol writes them, in integers; what is below 1 µs is cut. Pure: no clock, no zones.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace ordertrace {

// A moment, or the reading of a local clock that still needs a zone.
struct WrittenTime {
    Duration since_1970{};  // of a local one: as if its clock showed UTC
    bool local = false;
    friend bool operator==(const WrittenTime&, const WrittenTime&) = default;
};

// 10, 13, 16 or 19 digits: s, ms, µs, ns · decimal seconds · RFC 3339 · local date and time · COBOL's 21 characters.
std::optional<WrittenTime> parse_time(std::string_view text);

// With a unit (ns us ms s m h d) or decimal seconds. A bare whole number says too little.
std::optional<Duration> parse_duration(std::string_view text);

// A number of a unit given elsewhere: `ms=` and `us=`.
std::optional<Duration> parse_duration_in(std::string_view text, Duration unit);

// ±HH:MM
std::optional<Duration> parse_offset(std::string_view text);

}  // namespace ordertrace
