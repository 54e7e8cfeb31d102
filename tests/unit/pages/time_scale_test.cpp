#include "board/time_scale.h"

#include <catch2/catch.hpp>

#include "unit/register/register_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("TimeScale lays moments over its range") {
    struct Row {
        const char* name;
        TimePoint from, to, at;
        double want;
    };
    const auto row = GENERATE(values<Row>({{"the begin", t0, t0 + 4h, t0, 0},
                                           {"the end", t0, t0 + 4h, t0 + 4h, 100},
                                           {"a quarter", t0, t0 + 4h, t0 + 1h, 25},
                                           {"before it", t0, t0 + 4h, t0 - 1h, 0},
                                           {"after it", t0, t0 + 4h, t0 + 9h, 100},
                                           {"an empty range is a second", t0, t0, t0 + 500ms, 50},
                                           {"a reversed one too", t0, t0 - 1h, t0 + 250ms, 25},
                                           {"years", t0, t0 + 24h * 3650, t0 + 24h * 730, 20}}));
    CAPTURE(row.name);
    CHECK(TimeScale(row.from, row.to).percent(row.at) == Approx(row.want));
}

TEST_CASE("TimeScale leaves a margin at both ends") {
    const auto scale = TimeScale::with_margin(t0, t0 + 48h);
    CHECK(scale.from() == t0 - 1h);
    CHECK(scale.to() == t0 + 49h);
    CHECK(scale.percent(t0) == Approx(2));
}

TEST_CASE("percent_text is short") {
    CHECK(percent_text(0) == "0%");
    CHECK(percent_text(100) == "100%");
    CHECK(percent_text(12.5) == "12.5%");
    CHECK(percent_text(1.0 / 3) == "0.33333%");
}

TEST_CASE("ticks are round and not too many") {
    struct Row {
        const char* name;
        TimePoint from;
        Duration length;
        std::size_t most;
        Duration first, division;
        std::size_t count;
    };
    const auto row = GENERATE(values<Row>({
        {"seconds", t0, 20s, 6, 0s, 5s, 5},
        {"minutes", t0 + 10s, 5min, 6, 60s, 60s, 5},
        {"hours", t0 + 8h + 1min, 4h, 6, 9h, 1h, 4},
        {"quarters of a day", t0 + 1h, 40h, 6, 6h, 6h, 6},
        {"days", t0 + 1h, 24h * 5, 6, 24h, 24h, 5},
        {"exactly as many as may be", t0, 5h, 6, 0h, 1h, 6},
        {"one more", t0, 6h, 6, 0h, 3h, 3},
    }));
    CAPTURE(row.name);
    const auto found = ticks(TimeScale{row.from, row.from + row.length}, row.most);
    REQUIRE(found.size() == row.count);
    for (std::size_t i = 0; i < found.size(); ++i)
        CHECK(found[i] == t0 + row.first + row.division * static_cast<int>(i));
}

TEST_CASE("ticks keep to their number over any range") {
    for (Duration length = 1ms; length < 24h * 365 * 200; length = length * 7 / 3) {
        CAPTURE(length.count());
        const auto found = ticks(TimeScale{t0 - length / 3, t0 + length}, 6);
        CHECK(found.size() <= 6);
        for (const auto tick : found)
            CHECK((tick >= t0 - std::max<Duration>(length / 3, 0s) && tick <= t0 + std::max<Duration>(length, 1s)));
    }
}

TEST_CASE("rows_of puts what overlaps into rows") {
    struct Row {
        const char* name;
        std::vector<Stretch> stretches;
        std::size_t most;
        std::vector<std::size_t> want;
    };
    const auto at = [](int from, int to) { return Stretch{t0 + from * 1min, t0 + to * 1min}; };
    const auto row = GENERATE_COPY(values<Row>({
        {"none", {}, 6, {}},
        {"one after another", {at(0, 1), at(1, 2), at(5, 6)}, 6, {0, 0, 0}},
        {"overlapping", {at(0, 5), at(1, 2), at(2, 9), at(5, 6)}, 6, {0, 1, 1, 0}},
        {"moments", {at(0, 0), at(0, 0)}, 6, {0, 0}},
        {"more than there is room for", {at(0, 9), at(1, 9), at(2, 9), at(3, 9)}, 2, {0, 1, 1, 1}},
    }));
    CAPTURE(row.name);
    CHECK(rows_of(row.stretches, row.most) == row.want);
}
