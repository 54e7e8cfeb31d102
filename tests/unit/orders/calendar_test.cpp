#include "orders/calendar.h"

#include <date/tz.h>
#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "unit/orders/orders_support.h"

using namespace ordertrace;
using namespace ordertrace::test;
using namespace std::chrono;

namespace {

constexpr unsigned sunday = 0;
constexpr unsigned saturday = 6;

std::vector<OpenHours> on(unsigned from_day, unsigned to_day, minutes from, minutes to) {
    std::vector<OpenHours> open;
    for (auto day = from_day; day <= to_day; ++day) open.push_back({day, from, to});
    return open;
}

Calendar in(const char* zone, std::vector<OpenHours> open, std::vector<year_month_day> closed = {}) {
    return {zone == std::string{"UTC"} ? nullptr : date::locate_zone(zone), std::move(open), std::move(closed)};
}

TimePoint utc(year_month_day day, minutes time) { return TimePoint{sys_days{day}} + time; }

}  // namespace

TEST_CASE("open hours of a working week") {
    struct Row {
        const char* name;
        TimePoint from;
        Duration length;
        TimePoint after;
    };
    const auto row = GENERATE(values<Row>({
        {"within a day", at("10:00"), 2h, at("12:00")},
        {"exactly up to the closing", at("10:00"), 8h, at("18:00")},
        {"a microsecond beyond it", at("10:00"), 8h + 1us, at("1d 09:00") + 1us},
        {"from before the opening", at("03:00"), 1h, at("10:00")},
        {"from after the closing", at("20:00"), 1h, at("1d 10:00")},
        {"over the night", at("17:00"), 3h, at("1d 11:00")},
        {"over the weekend", at("4d 17:00"), 3h, at("7d 11:00")},
        {"from a Saturday", at("5d 12:00"), 9h, at("7d 18:00")},
        {"a whole week", at("09:00"), 45h, at("4d 18:00")},
        {"no time at all", at("20:00"), 0h, at("20:00")},
    }));
    CAPTURE(row.name);
    const auto calendar = in("UTC", on(1, 5, 9h, 18h));
    CHECK(calendar.after(row.from, row.length) == row.after);
    CHECK(calendar.open_between(row.from, row.after) == row.length);
}

TEST_CASE("closed days are closed as a whole") {
    const auto calendar = in("UTC", on(1, 5, 9h, 18h), {2026y / 11 / 25, 2026y / 11 / 24});
    CHECK(calendar.after(at("17:00"), 2h) == at("3d 10:00"));
    CHECK(calendar.open_between(at("1d 00:00"), at("3d 00:00")) == 0h);
    const Calendar only_closed{nullptr, {}, {2026y / 11 / 24}};
    CHECK(only_closed.after(at("23:00"), 2h) == at("2d 01:00"));
}

TEST_CASE("hours are those of the zone") {
    const auto moscow = in("Europe/Moscow", on(1, 5, 9h, 18h));
    CHECK(moscow.after(at("05:00"), 1h) == at("07:00"));
    CHECK(moscow.after(at("14:30"), 1h) == at("1d 06:30"));
    const auto tokyo = in("Asia/Tokyo", on(1, 1, 0h, 24h));
    CHECK(tokyo.open_between(at("00:00") - 24h, at("2d 00:00")) == 24h);
    CHECK(tokyo.after(at("00:00") - 24h, 1h) == at("00:00") - 8h);
}

TEST_CASE("overlapping and touching hours count once") {
    const auto calendar = in("UTC", {{1, 9h, 12h}, {1, 11h, 13h}, {1, 13h, 14h}, {1, 10h, 11h}});
    CHECK(calendar.open() == std::vector<OpenHours>{{1, 9h, 14h}});
    CHECK(calendar.open_between(at("00:00"), at("1d 00:00")) == 5h);
}

TEST_CASE("days on which the clocks change") {
    struct Row {
        const char* name;
        const char* zone;
        year_month_day day;
        minutes from, to;
        Duration open;
    };
    const auto row = GENERATE(values<Row>({
        {"spring in Berlin, the whole day", "Europe/Berlin", 2026y / 3 / 29, 0h, 24h, 23h},
        {"spring in Berlin, over the hour left out", "Europe/Berlin", 2026y / 3 / 29, 1h, 4h, 2h},
        {"spring in Berlin, from within it", "Europe/Berlin", 2026y / 3 / 29, 2h + 30min, 4h, 1h},
        {"spring in Berlin, only in it", "Europe/Berlin", 2026y / 3 / 29, 2h, 3h, 0h},
        {"autumn in Berlin, the whole day", "Europe/Berlin", 2026y / 10 / 25, 0h, 24h, 25h},
        {"autumn in Berlin, the hour that comes twice", "Europe/Berlin", 2026y / 10 / 25, 2h, 3h, 2h},
        {"autumn in Berlin, half of it", "Europe/Berlin", 2026y / 10 / 25, 2h + 30min, 4h, 2h},
        {"autumn in Havana, midnight comes twice", "America/Havana", 2026y / 11 / 1, 0h, 2h, 3h},
        {"Samoa left out a Friday", "Pacific/Apia", 2011y / 12 / 30, 0h, 24h, 0h},
        {"an ordinary day", "Europe/Berlin", 2026y / 6 / 3, 9h, 18h, 9h},
    }));
    CAPTURE(row.name);
    const auto weekday_of = weekday{sys_days{row.day}}.c_encoding();
    const auto calendar = in(row.zone, {{weekday_of, row.from, row.to}});
    const auto begin = utc(row.day, -48h);
    CHECK(calendar.open_between(begin, begin + 120h) == row.open);
    if (row.open > 0h) CHECK(calendar.open_between(begin, calendar.after(begin, row.open)) == row.open);
}

TEST_CASE("what never comes") {
    CHECK(Calendar{}.after(TimePoint::max() - 1h, 2h) == TimePoint::max());
    std::vector<year_month_day> closed;
    for (auto day = sys_days{2026y / 11 / 23}; closed.size() < 1000; day += days{7}) closed.emplace_back(day);
    const auto rarely = in("UTC", on(1, 1, 9h, 18h), closed);
    CHECK(rarely.after(at("00:00"), 1h) == at("7000d 10:00"));
    const auto never = in("UTC", {{1, 9h, 9h}});
    CHECK(never.after(at("00:00"), 1us) == TimePoint::max());
    CHECK(never.open_between(at("00:00"), at("9000d 00:00")) == 0h);
}

TEST_CASE("a calendar without hours is always open") {
    CHECK(Calendar{}.always_open());
    CHECK(Calendar{}.after(at("10:00"), 100h) == at("10:00") + 100h);
    CHECK(Calendar{}.open_between(at("10:00"), at("12:00")) == 2h);
    CHECK(Calendar{}.open_between(at("12:00"), at("10:00")) == 0h);
}

TEST_CASE("the open time up to the end of a limit is the limit") {
    CHECK(rc::check([] {
        std::vector<OpenHours> open;
        const auto spans = *rc::gen::inRange(1, 6);
        for (int i = 0; i < spans; ++i) {
            const auto from = *rc::gen::inRange(0, 1411);
            const auto to = *rc::gen::inRange(from + 30, 1441);
            open.push_back({*rc::gen::inRange(sunday, saturday + 1), minutes{from}, minutes{to}});
        }
        const auto* zone = *rc::gen::element("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe");
        const auto calendar = in(zone, open, {2026y / 3 / 29, 2026y / 10 / 25});
        const auto from = utc(2026y / 1 / 1, minutes{*rc::gen::inRange(0, 525'600)});
        const Duration length{*rc::gen::inRange<std::int64_t>(1, Duration{100h}.count())};
        const auto end = calendar.after(from, length);
        RC_ASSERT(end != TimePoint::max());
        RC_ASSERT(calendar.open_between(from, end) == length);
        RC_ASSERT(calendar.open_between(from, end - 1us) == length - 1us);
        const auto middle = from + (end - from) / 2;
        RC_ASSERT(calendar.open_between(from, middle) + calendar.open_between(middle, end) == length);
    }));
}
