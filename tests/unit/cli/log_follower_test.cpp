#include "cli/log_follower.h"

#include <catch2/catch.hpp>

#include "cli/tail_state.h"
#include "unit/cli/followed_log.h"

using namespace ordertrace;

TEST_CASE("a log that grows, and half lines") {
    FollowedLog log;
    log.start();
    CHECK(log.read().empty());
    log.write("one\ntw");
    CHECK(log.read() == Lines{"one"});
    log.write("o");
    CHECK(log.read().empty());
    log.write("\n\nthree\n");
    CHECK(log.read() == Lines{"two", "", "three"});
    CHECK(log.follower().places()->log.offset == 15);
    CHECK(log.errors() == "ordertrace tail: " + log.path() + ": No such file or directory; waiting for it\n");
}

TEST_CASE("a cut log is finished in its copy") {
    FollowedLog log;
    log.write("1\n");
    log.start();
    CHECK(log.read() == Lines{"1"});
    const bool restarted = GENERATE(false, true);
    const std::string refilled = GENERATE("", "4\n", "4\n5\n6\n7\n8\n");
    CAPTURE(restarted, refilled);
    log.write("2\n3\n");
    log.copy_and_cut("shop.log.1");
    log.write(refilled);
    if (restarted) log.restart();
    auto want = Lines{"2", "3"};
    for (const char c : refilled)
        if (c != '\n') want.push_back({c});
    CHECK(log.read() == want);
    log.write("9\n");
    CHECK(log.read() == Lines{"9"});
    CHECK(log.errors().empty());
}

TEST_CASE("a cut log without a copy is read from its start, and that is said") {
    FollowedLog log;
    log.write("1\n2\n");
    log.start();
    CHECK(log.read() == Lines{"1", "2"});
    std::filesystem::resize_file(log.path(), 0);
    log.write("3\n");
    CHECK(log.read() == Lines{"3"});
    CHECK(log.errors() == "ordertrace tail: " + log.path() +
                              ": it was cut, and there is no copy of what was in it; lines may be missing\n");
}

TEST_CASE("a line over 4 MiB is left out") {
    FollowedLog log;
    log.write("1\n" + std::string((4U << 20U) + 5, 'x') + "\n2\n");
    log.start();
    CHECK(log.read() == Lines{"1", "2"});
    CHECK(log.follower().left_out() == 1);
}

TEST_CASE("the rest of a line over 4 MiB is left out over a restart and a cut") {
    FollowedLog log;
    log.write("1\n" + std::string((4U << 20U) + 5, 'x'));
    log.start();
    CHECK(log.read() == Lines{"1"});
    const bool cut = GENERATE(false, true);
    log.write(" order=2\n3\nhal");
    if (cut) log.copy_and_cut("shop.log.1");
    log.restart();
    CHECK(log.read() == Lines{"3"});
    CHECK(log.follower().left_out() == 0);  // it was counted before
    log.restart();
    log.write("f\n", cut ? "shop.log.1" : "shop.log");
    CHECK(log.read() == Lines{"half"});
}

TEST_CASE("a start at the end begins with a whole line") {
    FollowedLog log;
    log.write("1\n2\nhal");
    log.start(std::nullopt, true);
    CHECK(log.read().empty());
    log.write("f\n3\n");
    CHECK(log.read() == Lines{"half", "3"});
}

TEST_CASE("a start at the end, inside a line over 4 MiB, begins with the next one") {
    FollowedLog log;
    log.write("1\n" + std::string((4U << 20U) + 5, 'x'));
    log.start(std::nullopt, true);
    CHECK(log.read().empty());
    log.write(" order=2\n3\n");
    CHECK(log.read() == Lines{"3"});
}

TEST_CASE("the state is what was saved, of this log alone") {
    const TemporaryDirectory directory;
    TailState state{directory.path("state"), "/var/log/shop.log"};
    CHECK(state.claim());
    REQUIRE(state.load());
    CHECK_FALSE(state.load()->has_value());
    LogPlaces places{.log = {.inode = 7, .offset = 1ULL << 40U, .hash = 0xFEDC'BA98'7654'3210}};
    REQUIRE(state.save(places));
    CHECK(state.load()->value() == places);
    places.before = LogPlace{.inode = 8, .offset = 1, .hash = 0};
    REQUIRE(state.save(places));
    CHECK(state.load()->value() == places);
    const TailState other{directory.path("state"), "/var/log/other.log"};
    CHECK(other.load().error().message == directory.path("state") +
                                              ": it does not say how far /var/log/other.log was read; name another "
                                              "file with --state, or remove it to begin anew");
    for (const auto* text :
         {"", "[]", "{}", R"({"version":1,"log":"/var/log/shop.log","inode":7,"offset":1,"hash":"x"})",
          R"({"version":1,"log":"/var/log/shop.log","inode":-7,"offset":1,"hash":"0"})",
          R"({"version":1,"log":"/var/log/shop.log","inode":7,"offset":1,"hash":"0","before":{"inode":8}})"}) {
        CAPTURE(text);
        directory.write("state", text);
        CHECK_FALSE(state.load());
    }
}

TEST_CASE("a state is one tail's at a time") {
    const TemporaryDirectory directory;
    TailState second{directory.path("state"), "/var/log/shop.log"};
    {
        TailState first{directory.path("state"), "/var/log/shop.log"};
        REQUIRE(first.claim());
        CHECK(second.claim().error().message ==
              directory.path("state") +
                  ": another tail keeps its place here; end that one, or name another file with --state");
        CHECK(first.save({.log = {}}));
    }
    CHECK(second.claim());
}
