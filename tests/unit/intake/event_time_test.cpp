#include "intake/event_time.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "intake/time_zones.h"
#include "reading.h"

using namespace ordertrace;

namespace {

struct Row {
    const char* name;
    std::string_view in;
    std::string_view want;
};

std::string shown(const std::optional<WrittenTime>& time) {
    if (!time) return "unreadable";
    return std::to_string(time->since_1970.count()) + (time->local ? " local" : "");
}

std::string shown(const std::optional<Duration>& duration) {
    return duration ? std::to_string(duration->count()) : "unreadable";
}

}  // namespace

TEST_CASE("times in every form") {
    auto row = GENERATE(values<Row>({
        {"seconds", "1795305600", "1795305600000000"},
        {"milliseconds", "1795305600123", "1795305600123000"},
        {"microseconds", "1795305600123456", "1795305600123456"},
        {"nanoseconds are cut", "1795305600123456999", "1795305600123456"},
        {"nine digits", "179530560", "unreadable"},
        {"eleven digits", "17953056000", "unreadable"},
        {"a sign", "-1795305600", "unreadable"},
        {"decimal seconds", "1795305600.5", "1795305600500000"},
        {"more than microseconds", "1795305600.1234569", "1795305600123456"},
        {"no digits behind the point", "1795305600.", "unreadable"},
        {"an exponent", "1.7953056e9", "unreadable"},
        {"RFC 3339", "2026-11-22T00:00:00Z", "1795305600000000"},
        {"in small letters, with an offset", "2026-11-22t03:00:00.8+03:00", "1795305600800000"},
        {"west of Greenwich", "2026-11-21T19:00:00.000000999-05:00", "1795305600000000"},
        {"a blank for the T", "2026-11-22 00:00:00Z", "1795305600000000"},
        {"leap second", "2026-11-21T23:59:60Z", "1795305600000000"},
        {"leap day", "2028-02-29T00:00:00Z", "1835395200000000"},
        {"no leap day", "2026-02-29T00:00:00Z", "unreadable"},
        {"month 13", "2026-13-01T00:00:00Z", "unreadable"},
        {"hour 24", "2026-11-22T24:00:00Z", "unreadable"},
        {"no seconds", "2026-11-22T00:00Z", "unreadable"},
        {"offset without colon", "2026-11-22T00:00:00+0300", "unreadable"},
        {"offset out of range", "2026-11-22T00:00:00+24:00", "unreadable"},
        {"point without digits", "2026-11-22T00:00:00.Z", "unreadable"},
        {"something behind", "2026-11-22T00:00:00Zx", "unreadable"},
        {"local", "2026-11-22 03:00:00.8", "1795316400800000 local"},
        {"local with a T", "2026-11-22T03:00:00", "1795316400000000 local"},
        {"COBOL", "2026112203000012+0300", "1795305600120000"},
        {"COBOL, west", "2026112119000000-0500", "1795305600000000"},
        {"COBOL, offset unknown", "202611220300001200000", "1795316400120000 local"},
        {"COBOL, no such day", "2026113103000012+0300", "unreadable"},
        {"COBOL, cut", "2026112203000012+030", "unreadable"},
        {"empty", "", "unreadable"},
        {"a word", "now", "unreadable"},
    }));
    CAPTURE(row.name, row.in);
    CHECK(shown(parse_time(row.in)) == row.want);
}

TEST_CASE("durations in every unit") {
    auto row = GENERATE(values<Row>({
        {"nanoseconds are cut", "1999ns", "1"},
        {"microseconds", "7us", "7"},
        {"milliseconds", "12ms", "12000"},
        {"fractions", "1.5ms", "1500"},
        {"seconds", "3s", "3000000"},
        {"minutes", "2m", "120000000"},
        {"hours", "1.5h", "5400000000"},
        {"days", "10d", "864000000000"},
        {"a fraction of a day to the microsecond", "0.000000000012d", "1"},
        {"decimal seconds", "0.25", "250000"},
        {"zero", "0s", "0"},
        {"a bare whole number", "5", "unreadable"},
        {"negative", "-5s", "unreadable"},
        {"two units", "1h30m", "unreadable"},
        {"a unit alone", "ms", "unreadable"},
        {"a blank before the unit", "5 ms", "unreadable"},
        {"another unit", "5w", "unreadable"},
        {"capitals", "5MS", "unreadable"},
        {"no digits behind the point", "5.s", "unreadable"},
        {"too long for the arithmetic", "9999999999999999999d", "unreadable"},
        {"too many digits", "00000000000000000005s", "unreadable"},
    }));
    CAPTURE(row.name, row.in);
    CHECK(shown(parse_duration(row.in)) == row.want);
    CHECK(parse_duration_in("12.5", std::chrono::milliseconds{1}) == Duration{12'500});
    CHECK(parse_duration_in("1.9", Duration{1}) == Duration{1});
    CHECK_FALSE(parse_duration_in("1s", Duration{1}).has_value());
}

TEST_CASE("whole microseconds come back as they were") {
    CHECK(rc::check("decimal seconds and microseconds mean the same", [] {
        const auto micros = *rc::gen::inRange<std::int64_t>(1'000'000'000'000'000, 9'999'999'999'999'999);
        const auto text = std::to_string(micros);
        const auto want = WrittenTime{Duration{micros}, false};
        RC_ASSERT(parse_time(text) == want);
        RC_ASSERT(parse_time(text.substr(0, 10) + "." + text.substr(10)) == want);
        RC_ASSERT(parse_time(text + "999") == want);
    }));
}

TEST_CASE("local times") {
    TimeZones zones;
    const auto utc = [&](std::string_view zone, std::string_view time) {
        return shown(WrittenTime{to_utc(parse_time(time)->since_1970, *zones.find(zone)).time_since_epoch(), false});
    };
    const auto at = [&](std::string_view time) { return shown(parse_time(time)); };
    CHECK(utc("UTC", "2026-11-22 03:00:00") == at("2026-11-22T03:00:00Z"));
    CHECK(utc("+03:00", "2026-11-22 03:00:00") == at("2026-11-22T00:00:00Z"));
    CHECK(utc("-05:30", "2026-11-22 03:00:00") == at("2026-11-22T08:30:00Z"));
    CHECK(utc("Europe/Berlin", "2026-07-01 12:00:00") == at("2026-07-01T10:00:00Z"));
    CHECK(utc("Europe/Berlin", "2026-12-01 12:00:00.5") == at("2026-12-01T11:00:00.5Z"));
    // The clock goes back at 03:00: 02:30 comes twice, the first is meant.
    CHECK(utc("Europe/Berlin", "2026-10-25 02:30:00") == at("2026-10-25T00:30:00Z"));
    // It goes forward at 02:00: 02:30 never comes, it is half an hour after what was 02:00.
    CHECK(utc("Europe/Berlin", "2026-03-29 02:30:00") == at("2026-03-29T01:30:00Z"));
    CHECK_FALSE(zones.find("Mars/Base").has_value());
    CHECK_FALSE(zones.find("../../etc/passwd").has_value());
    CHECK_FALSE(zones.find("").has_value());
    for (int i = 0; i < 20; ++i) CHECK_FALSE(zones.find("Mars/" + std::to_string(i)).has_value());
    CHECK(utc("Europe/Berlin", "2026-07-01 12:00:00") == at("2026-07-01T10:00:00Z"));
}

TEST_CASE("the zone of a local time") {
    ReadingSetup berlin;
    berlin.listener.timezone = "Europe/Berlin";
    const std::string line = "ord1 status 1 st=a t=\"2026-11-22 01:00:00\"";
    CHECK(reading_of(line) == "status 1 name=[a] t=+3600000000");
    CHECK(reading_of(line, berlin) == "status 1 name=[a]");
    CHECK(reading_of(line + " tz=+02:00", berlin) == "status 1 name=[a] t=-3600000000");
    CHECK(reading_of(line + " tz=Nowhere", berlin) == "status 1 name=[a] #event.rest=[tz=Nowhere]");
    CHECK(reading_of("ord1 status 1 st=a t=202611220100000000000", berlin) == "status 1 name=[a]");
}

TEST_CASE("the time of an event") {
    CHECK(reading_of("ord1 status 1 st=a") == "status 1 name=[a]");
    CHECK(reading_of("ord1 status 1 st=a t=1795305599.5") == "status 1 name=[a] t=-500000");
    CHECK(reading_of("ord1 start 1 step=a t=1795305599") == "start 1 name=[a] t=-1000000");
}

TEST_CASE("times too far away are replaced by the receive time") {
    auto row = GENERATE(values<Row>({
        {"90 days before", "t=1787529600", " t=-7776000000000"},
        {"a little more", "t=1787529599.999999", " #time.raw=[1787529599.999999]"},
        {"24 h after", "t=1795392000", " t=+86400000000"},
        {"a little more after", "t=1795392000.000001", " #time.raw=[1795392000.000001]"},
        {"long ago", "t=1970-01-01T00:00:00Z", " #time.raw=[1970-01-01T00:00:00Z]"},
    }));
    CAPTURE(row.name);
    CHECK(reading_of("ord1 status 1 st=a " + std::string{row.in}) == "status 1 name=[a]" + std::string{row.want});
    CHECK(reading_of("ord1 span 1 step=a start=1000000000 end=1000000001") ==
          "span 1 name=[a] #time.raw=[1000000000 1000000001]");
}

TEST_CASE("the stretch of a span or mark") {
    auto row = GENERATE(values<Row>({
        {"none: an instant now", "", ""},
        {"none: an instant at t", "t=1795305599", " t=-1000000"},
        {"start and end", "start=1795305590 end=1795305595", " -10000000..-5000000"},
        {"start and duration", "start=1795305590 dur=5s", " -10000000..-5000000"},
        {"end and duration", "end=1795305595 dur=5s", " -10000000..-5000000"},
        {"all three: the duration says nothing", "start=1795305590 end=1795305595 dur=1s", " -10000000..-5000000"},
        {"duration alone ends now", "dur=5s", " -5000000..+0"},
        {"duration alone ends at t", "dur=5s t=1795305599", " t=-1000000 -6000000..-1000000"},
        {"start alone", "start=1795305590", " -10000000..-9999999"},
        {"end alone", "end=1795305590 t=1795305599", " t=-1000000 -10000000..-9999999"},
        {"milliseconds", "ms=12", " -12000..+0"},
        {"microseconds", "us=12", " -12..+0"},
        {"dur before ms before us", "us=1 ms=2 dur=3ms", " -3000..+0"},
        {"the first that can be read", "dur=3 ms=2", " -2000..+0 #event.rest=[dur=3]"},
        {"nothing long is 1 µs long", "dur=0s", ""},
        {"end before start", "start=1795305595 end=1795305590", " -5000000..-4999999 #time.fixed=true"},
        {"end at start", "start=1795305595 end=1795305595", " -5000000..-4999999"},
        {"a duration that leads too far back", "dur=100d", " #time.raw=[100d]"},
        {"a duration that leads too far ahead", "start=1795305590 dur=2d", " -10000000..+0 #time.raw=[2d]"},
        {"unreadable start", "start=x end=1795305590", " -10000000..-9999999 #event.rest=[start=x]"},
    }));
    CAPTURE(row.name);
    CHECK(reading_of("ord1 span 1 step=a " + std::string{row.in}) == "span 1 name=[a]" + std::string{row.want});
    CHECK(reading_of("ord1 mark 1 step=a " + std::string{row.in}) == "mark 1 name=[a]" + std::string{row.want});
}

TEST_CASE("the stretch of an end") {
    auto row = GENERATE(values<Row>({
        {"it knows no start", "", ""},
        {"its time", "t=1795305599", " t=-1000000"},
        {"start", "start=1795305590", " -10000000..+0 started"},
        {"duration", "dur=5s t=1795305599", " t=-1000000 -6000000..-1000000 started"},
        {"start and duration make the time", "start=1795305590 dur=5s", " t=-5000000 -10000000..-5000000 started"},
        {"unless it has one", "start=1795305590 dur=5s t=1795305599", " t=-1000000 -10000000..-1000000 started"},
        {"before its start", "start=1795305599 t=1795305590",
         " t=-10000000 -1000000..-999999 started #time.fixed=true"},
    }));
    CAPTURE(row.name);
    CHECK(reading_of("ord1 end 1 step=a " + std::string{row.in}) == "end 1 name=[a]" + std::string{row.want});
}
