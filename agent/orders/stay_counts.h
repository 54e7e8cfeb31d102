// How long finished stays in each stage took, for the metric ordertrace_stage_duration_seconds. A stay counts once,
// when it is first seen finished, and is never taken out again, whatever becomes of its order: Prometheus takes a count
// that falls for a restart. Owned by the watcher's thread. Bounds: the lifecycle's stages.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "orders/digest.h"
#include "orders/lifecycle.h"

namespace ordertrace {

struct StayHistogram {
    std::vector<std::pair<double, std::uint64_t>> buckets;  // upper bound in seconds, cumulative count
    std::uint64_t count = 0;                                // those beyond the last bound too
    double sum_seconds = 0;
};

class StayCounts {
public:
    explicit StayCounts(const Lifecycle& lifecycle);  // must outlive the counts

    // `before` is the order's digest until now, nullptr if there was none. Stays in a stage unknown do not count.
    void add(const OrderDigest* before, const OrderDigest& digest);

    // Empty of a stage that is unknown.
    StayHistogram of(std::string_view stage) const;

private:
    static constexpr std::array<double, 10> bounds{60, 300, 900, 3600, 14400, 28800, 86400, 259200, 604800, 2592000};
    struct Counts {
        std::array<std::uint64_t, bounds.size() + 1> finished{};  // by first bound not exceeded; the last: none
        std::uint64_t micros = 0;
    };

    const Lifecycle& lifecycle_;
    std::vector<Counts> stages_;  // as in the lifecycle
};

}  // namespace ordertrace
