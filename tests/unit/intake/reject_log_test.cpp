#include "intake/reject_log.h"

#include <catch2/catch.hpp>
#include <thread>

using namespace ordertrace;

namespace {
constexpr std::array<unsigned char, 16> sender{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1};
}

TEST_CASE("the log keeps the last 100 rejects, oldest first") {
    RejectLog log;
    CHECK(log.copy().empty());
    for (int i = 0; i < 150; ++i)
        log.add(from_micros(i), RejectReason::verb, sender, 4711, "line " + std::to_string(i));
    const auto lines = log.copy();
    REQUIRE(lines.size() == 100);
    CHECK(lines.front().text == "line 50");
    CHECK(lines.back().text == "line 149");
    CHECK(lines.back().from == "127.0.0.1:4711");
    CHECK(lines.back().reason == RejectReason::verb);
    CHECK(lines.back().received == from_micros(149));
}

TEST_CASE("a long line is kept as its first 256 bytes") {
    RejectLog log;
    log.add({}, RejectReason::json, sender, 1, std::string(9000, 'x'));
    CHECK(log.copy().front().text == std::string(256, 'x'));
}

TEST_CASE("a copy beside a writer holds whole lines only") {
    RejectLog log;
    std::atomic<bool> done{false};
    std::thread writer{[&] {
        for (int i = 0; i < 20'000; ++i)
            log.add({}, RejectReason::marker, sender, 1, std::string(200, static_cast<char>('a' + i % 26)));
        done = true;
    }};
    while (!done)
        for (const auto& line : log.copy()) REQUIRE(line.text == std::string(200, line.text.front()));
    writer.join();
}
