#include "intake/event_time.h"

#include <string>

#include "support/fuzz.h"

using namespace ordertrace;

// Every duration is a number of µs that can be written again; no time leaves the years that can be written.
FUZZ_TARGET(event_time) {
    if (const auto duration = parse_duration(input)) {
        require(*duration >= Duration{0});
        require(parse_duration(std::to_string(duration->count()) + "us") == duration);
        require(parse_duration_in(std::to_string(duration->count()), Duration{1}) == duration);
    }
    if (const auto time = parse_time(input)) {
        require(time->since_1970 > -std::chrono::hours{24 * 366 * 2000});
        require(input.find_first_not_of("0123456789.-+:TtZz ") == std::string_view::npos);
    }
    if (const auto offset = parse_offset(input)) require(std::chrono::abs(*offset) < std::chrono::hours{24});
}
