#include "orders/stay_counts.h"

#include <catch2/catch.hpp>

#include "unit/register/register_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

OrderDigest with_stays(std::vector<Stay> stays) {
    OrderDigest digest;
    digest.stays = std::move(stays);
    return digest;
}

Stay stay(const std::string& stage, TimePoint since, std::optional<Duration> length) {
    return {stage, "mes", since, length ? std::optional{since + *length} : std::nullopt, {}};
}

}  // namespace

TEST_CASE("finished stays fill the histogram of their stage, by finite bounds") {
    const auto lifecycle = shop_lifecycle();
    StayCounts counts{lifecycle};
    counts.add(nullptr,
               with_stays({stay("CREATED", t0, 60s), stay("CREATED", t0 + 1h, 61s), stay("CREATED", t0 + 2h, 24h * 31),
                           stay("PRICED", t0, std::nullopt), stay("GONE", t0, 60s)}));
    const auto histogram = counts.of("CREATED");
    CHECK(histogram.count == 3);
    CHECK(histogram.sum_seconds == Approx(121.0 + 24.0 * 31 * 3600));
    CHECK(histogram.buckets == std::vector<std::pair<double, std::uint64_t>>{{60, 1},
                                                                             {300, 2},
                                                                             {900, 2},
                                                                             {3600, 2},
                                                                             {14400, 2},
                                                                             {28800, 2},
                                                                             {86400, 2},
                                                                             {259200, 2},
                                                                             {604800, 2},
                                                                             {2592000, 2}});
    CHECK(counts.of("PRICED").count == 0);
    CHECK(counts.of("GONE").buckets.empty());
}

TEST_CASE("a stay counts once, when it is first seen finished") {
    const auto lifecycle = shop_lifecycle();
    StayCounts counts{lifecycle};
    const auto open = with_stays({stay("CREATED", t0, std::nullopt)});
    counts.add(nullptr, open);
    CHECK(counts.of("CREATED").count == 0);
    const auto finished = with_stays({stay("CREATED", t0, 60s), stay("PRICED", t0 + 60s, std::nullopt)});
    counts.add(&open, finished);
    counts.add(&finished, finished);
    // A late fact moves its end, and there is another stay.
    const auto later =
        with_stays({stay("CREATED", t0, 50s), stay("PRICED", t0 + 60s, 1s), stay("CREATED", t0 + 61s, 2s)});
    counts.add(&finished, later);
    CHECK(counts.of("CREATED").count == 2);
    CHECK(counts.of("CREATED").sum_seconds == Approx(62));
    CHECK(counts.of("PRICED").count == 1);
}
