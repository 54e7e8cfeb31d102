#include "orders/system_life.h"

#include <catch2/catch.hpp>

#include "unit/orders/orders_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

Beat on(std::string host, Beat beat) {
    beat.host = std::move(host);
    return beat;
}

}  // namespace

TEST_CASE("beats are kept by start and none twice") {
    SystemLives lives;
    const auto first = beat(at("10:00"), at("10:05"));
    const auto second = beat(at("10:05"), at("10:10"));
    for (const auto& one : {second, first, second, on("host-2", second), first}) lives.add("mes", one);
    CHECK(lives.find("mes")->beats == std::vector<Beat>{first, second, on("host-2", second)});
    CHECK(lives.find("crm") == nullptr);
}

TEST_CASE("what beats cover does not depend on their order") {
    const std::vector<Beat> beats{beat(at("10:00"), at("10:30")), on("b", beat(at("10:05"), at("10:10"))),
                                  beat(at("10:40"), at("10:45"))};
    SystemLives forward;
    SystemLives backward;
    for (const auto& one : beats) forward.add("mes", one);
    for (auto one = beats.rbegin(); one != beats.rend(); ++one) backward.add("mes", *one);
    const std::vector<TimePoint> covered{at("10:30"), at("10:30"), at("10:45")};
    CHECK(forward.find("mes")->covered == covered);
    CHECK(backward.find("mes")->covered == covered);
}

TEST_CASE("what was last heard of a system is the latest of all its beats") {
    SystemLives lives;
    auto talked = beat(at("10:00"), at("10:05"));
    talked.system_beats = 3;
    talked.restarts = {{"a", at("10:01")}, {"b", at("10:02")}, {"a", at("10:03")}};
    auto quiet = beat(at("10:05"), at("10:10"));
    quiet.seen_at = at("10:04");
    quiet.restarts = {{"a", at("09:00")}};
    lives.add("mes", quiet);
    lives.add("mes", talked);
    const auto& mes = *lives.find("mes");
    CHECK(mes.heard == at("10:05"));
    CHECK(mes.spoke == at("10:05"));
    CHECK(mes.last_seen == at("10:05"));
    CHECK(mes.restarted == std::map<std::string, TimePoint, std::less<>>{{"a", at("10:03")}, {"b", at("10:02")}});
    lives.seen("mes", at("10:20"));
    lives.seen("mes", at("10:15"));
    CHECK(mes.last_seen == at("10:20"));
    CHECK(mes.heard == at("10:05"));
}

TEST_CASE("old beats are forgotten but for the last one of each host") {
    SystemLives lives;
    const auto old = on("b", beat(at("08:00"), at("08:05")));
    auto gone = beat(at("09:00"), at("09:05"));
    gone.restarts = {{"a", at("09:01")}};
    const auto ends_then = beat(at("09:55"), at("10:00"));
    for (const auto& one : {old, gone, ends_then}) lives.add("mes", one);
    lives.forget_before(at("10:00"));
    CHECK(lives.find("mes")->beats == std::vector<Beat>{old, ends_then});
    CHECK(lives.find("mes")->covered == std::vector<TimePoint>{at("08:05"), at("10:00")});
    CHECK(lives.find("mes")->restarted.empty());
}

TEST_CASE("only so many systems and instances are kept") {
    SystemLives lives;
    for (std::size_t i = 0; i <= SystemLives::max_systems; ++i) lives.seen("s" + std::to_string(i), at("10:00"));
    CHECK(lives.all().size() == SystemLives::max_systems);
    auto busy = beat(at("10:00"), at("10:05"));
    for (std::size_t i = 0; i <= SystemLives::max_instances; ++i)
        busy.restarts.push_back({std::to_string(i), at("10:01")});
    lives.add("s1", busy);
    lives.add("new", busy);
    CHECK(lives.find("s1")->restarted.size() == SystemLives::max_instances);
    CHECK(lives.find("new") == nullptr);
}
