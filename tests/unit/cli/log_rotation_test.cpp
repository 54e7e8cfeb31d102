#include <catch2/catch.hpp>

#include "unit/cli/followed_log.h"

using namespace ordertrace;
using namespace std::chrono_literals;

TEST_CASE("a rotated file is finished before the next one") {
    FollowedLog log;
    log.write("1\n");
    log.start();
    CHECK(log.read() == Lines{"1"});
    log.write("2\n");
    log.rename("shop.log", "shop.log.1");
    log.write("3\n", "shop.log.1");
    CHECK(log.read() == Lines{"2", "3"});
    log.write("4\n", "shop.log.1");
    log.write("5\n");
    CHECK(log.read() == Lines{"4", "5"});
    CHECK(log.errors().empty());
}

TEST_CASE("what is flushed late into a rotated file is read too") {
    FollowedLog log;
    log.write("1\n");
    log.start();
    CHECK(log.read() == Lines{"1"});
    const bool restarted = GENERATE(false, true);
    const bool further = GENERATE(false, true);  // before the next one has any line
    CAPTURE(restarted, further);
    log.write("order=2");
    log.rename("shop.log", "shop.log.1");
    log.write(further ? "" : "3\n");
    CHECK(log.read() == (further ? Lines{} : Lines{"3"}));
    if (further) {
        log.rename("shop.log.1", "shop.log.2");
        log.rename("shop.log", "shop.log.1");
        log.write("3\n");
        CHECK(log.read() == Lines{"3"});
    }
    const std::string old = further ? "shop.log.2" : "shop.log.1";
    for (const std::string late : {"4", "5"}) {
        log.write("1\n" + late + "\n", old);
        log.write("6\n");
        if (restarted) log.restart();
        CHECK(log.read_after(3600s) == Lines{late == "4" ? "order=21" : "1", late, "6"});
    }
    if (restarted) log.restart();
    CHECK(log.read().empty());
    CHECK(log.follower().left_out() == 0);
    CHECK(log.errors().empty());
}

TEST_CASE("a rotated file stays open until the next rotation, a deleted one for a while") {
    FollowedLog log;
    log.write("1\n");
    log.start();
    CHECK(log.read() == Lines{"1"});
    std::ofstream service{log.path(), std::ios::app};
    const auto flush = [&](const std::string& text) { service << text << std::flush; };
    log.rename("shop.log", "shop.log.1");
    log.write("2\n");
    CHECK(log.read() == Lines{"2"});
    SECTION("deleted") {
        std::filesystem::remove(log.path("shop.log.1"));
        flush("3\n");
        CHECK(log.read_after(500s) == Lines{"3"});
        flush("4\n");
        CHECK(log.read_after(500s) == Lines{"4"});
        CHECK(log.read_after(600s).empty());
    }
    SECTION("rotated again") {
        log.rename("shop.log.1", "shop.log.2");
        log.rename("shop.log", "shop.log.1");
        log.write("3\n");
        CHECK(log.read() == Lines{"3"});
    }
    flush("5\n");
    CHECK(log.read().empty());
    CHECK(log.errors().empty());
}

TEST_CASE("rotated twice between two looks") {
    FollowedLog log;
    log.write("1\n");
    log.start();
    CHECK(log.read() == Lines{"1"});
    const bool restarted = GENERATE(false, true);
    log.write("2\n");
    log.rename("shop.log", "shop.log-20261122");
    log.make_old("shop.log-20261122", 10s);
    log.write("3\n");
    log.rename("shop.log", "shop.log-20261123");
    log.make_old("shop.log-20261123", 5s);
    log.write("0\n", "shop.log.bak");
    log.write("0\n", "other.log.1");
    log.write("4\n");
    if (restarted) log.restart();
    CHECK(log.read() == Lines{"2", "3", "4"});
    CHECK(log.errors().empty());
}

TEST_CASE("the rotated ones come in the sequence they were made in, whenever they were changed") {
    struct Row {
        const char* name;
        Lines rotations;  // the oldest first
        bool named_as_by_logrotate;
    };
    const auto row = GENERATE(values<Row>({{"numbers", {".10", ".9", ".1"}, true},
                                           {"days", {"-20251231", "-20260101", "-20260102"}, true},
                                           {"seconds", {".1795305600", ".1795305601", ".1795305602"}, true},
                                           {"rising numbers", {".1", ".2", ".10"}, false}}));
    // What is made within a tick is told apart by its name.
    const bool within_a_tick = GENERATE(false, true);
    if (within_a_tick && !row.named_as_by_logrotate) return;
    CAPTURE(row.name, within_a_tick);
    FollowedLog log;
    const auto tick = [&] {
        if (!within_a_tick) log.next_tick();
    };
    log.write("1\n");
    log.start();
    CHECK(log.read() == Lines{"1"});
    const bool restarted = GENERATE(false, true);
    log.rename("shop.log", "shop.log" + row.rotations[0]);
    tick();
    log.write("2\n", "shop.log" + row.rotations[1]);
    tick();
    log.write("3\n", "shop.log" + row.rotations[2]);
    log.make_old("shop.log" + row.rotations[1], 5s);
    log.make_old("shop.log" + row.rotations[2], 10s);
    log.write("4\n");
    log.write("late\n", "shop.log" + row.rotations[0]);
    if (restarted) log.restart();
    CHECK(log.read() == Lines{"late", "2", "3", "4"});
    CHECK(log.errors().empty());
}

TEST_CASE("after a file that is not there any more comes the first that was made later") {
    FollowedLog log;
    log.write("0\n", "shop.log.4");
    log.next_tick();
    log.write("1\n");
    log.start();
    CHECK(log.read() == Lines{"1"});
    log.rename("shop.log", "shop.log.3.gz");
    log.write("2\n", "shop.log.2");
    log.write("3\n", "shop.log.1");
    log.write("4\n");
    CHECK(log.read() == Lines{"2", "3", "4"});
    CHECK(log.errors() == "ordertrace tail: " + log.path() +
                              ": what was read last is gone, lines may be missing; keep rotated files uncompressed for "
                              "a while (delaycompress); going on with what is there\n");
}

TEST_CASE("what a compressed log held is told to be missing after a restart") {
    FollowedLog log;
    log.write("1\n");
    log.start();
    CHECK(log.read() == Lines{"1"});
    log.rename("shop.log", "shop.log.1.gz");
    log.write("2\n");
    log.restart();
    CHECK(log.read() == Lines{"2"});
    CHECK(log.errors().find("what was read last is gone, lines may be missing") != std::string::npos);
}

TEST_CASE("the last line of a rotated file without an end is no line") {
    FollowedLog log;
    log.write("1\norder=100");
    log.start();
    CHECK(log.read() == Lines{"1"});
    log.rename("shop.log", "shop.log.1");
    log.write("2\n");
    CHECK(log.read() == Lines{"2"});
    CHECK(log.follower().left_out() == 0);  // its end may come
    log.rename("shop.log.1", "shop.log.2");
    log.rename("shop.log", "shop.log.1");
    log.write("3\n");
    CHECK(log.read() == Lines{"3"});
    CHECK(log.follower().left_out() == 1);
    CHECK(log.errors() == "ordertrace tail: " + log.path() + ": its last line has no end and is left out\n");
}
