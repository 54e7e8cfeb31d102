// How much the log may take and when what happens. Pure.
// Between `drop_above` and `spans_up_to` lies what intake writes while delivery makes room; the last segment's worth is
// for the records of open steps, so that the oldest segment can always be let go.
#pragma once

#include <algorithm>
#include <cstdint>

namespace ordertrace {

struct Space {
    std::uint64_t segment = 0;      // a segment is closed before it grows beyond this
    std::uint64_t drop_above = 0;   // delivery drops the oldest segment
    std::uint64_t spans_up_to = 0;  // beyond, new spans are lost
    std::uint64_t all_up_to = 0;    // beyond, nothing is written
    std::uint64_t burst = 0;        // a burst is written in pieces of about this size
};

inline Space space_for(std::uint64_t limit, std::uint64_t segments) {
    Space space;
    space.segment = std::clamp<std::uint64_t>(limit / segments, 64U << 10U, 16U << 20U);
    space.segment = std::min(space.segment, limit / 8);
    space.drop_above = limit - 3 * space.segment;
    space.spans_up_to = limit - space.segment;
    space.all_up_to = limit;
    space.burst = std::min<std::uint64_t>(space.segment, 256U << 10U);
    return space;
}
inline Space space_on_disk(std::uint64_t limit) { return space_for(limit, 16); }
// No more segments than that: each is a descriptor of its own.
inline Space space_in_memory(std::uint64_t limit) { return space_for(limit, 8); }

}  // namespace ordertrace
