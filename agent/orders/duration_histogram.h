// How long things took, by the hour of their end: counts in buckets that grow by an eighth of an octave each.
// Owned by a Summary. Adding and removing are exact inverses, whatever lies between them.
// Bounds: one entry for each hour in which something ended, in it at most 400 buckets of 4 bytes. A
// bucket holds 8 million ends of one hour, more than a register has.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"

namespace ordertrace {

// Durations that ended within a window; median and p95 are exact to 5 %, nothing where there is no duration.
struct DurationStats {
    std::uint64_t count = 0;
    std::uint64_t failures = 0;  // of steps
    std::optional<Duration> median, p95;
    friend bool operator==(const DurationStats&, const DurationStats&) = default;
};

// Whole hours since 1970.
using HourPoint = std::chrono::sys_time<std::chrono::hours>;

class DurationHistogram {
public:
    // One microsecond is a moment, no duration: it is counted (an end whose start nobody saw) and has no share in the
    // median.
    void add(TimePoint end, Duration duration, bool failed);
    void remove(TimePoint end, Duration duration, bool failed);
    void forget_before(HourPoint hour);
    // Of all hours from `from` on.
    DurationStats since(HourPoint from) const;

private:
    struct Bucket {
        std::uint32_t place : 9;
        std::uint32_t count : 23;
    };
    struct Hour {
        HourPoint hour;
        std::uint32_t failures = 0;
        std::vector<Bucket> buckets;  // sorted by place, none empty
    };
    std::vector<Hour>::iterator find(HourPoint hour);

    std::vector<Hour> hours_;  // sorted, none empty
};

}  // namespace ordertrace
