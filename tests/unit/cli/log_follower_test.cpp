#include "cli/log_follower.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "cli/tail_state.h"
#include "support/temporary_directory.h"

using namespace ordertrace;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

// A log in a directory of its own, and who follows it; time goes on by 10 s with each look.
class Followed {
public:
    Followed() = default;

    std::string path(const std::string& name = "shop.log") const { return directory_.path(name); }
    void write(const std::string& text, const std::string& name = "shop.log") const {
        std::ofstream{path(name), std::ios::app | std::ios::binary} << text;
    }
    void rename(const std::string& from, const std::string& to) const { std::filesystem::rename(path(from), path(to)); }
    // Its last change was so long ago: what a test does takes less than a file system's clock tells apart.
    void make_old(const std::string& name, std::chrono::seconds age) const {
        std::filesystem::last_write_time(path(name), std::filesystem::file_time_type::clock::now() - age);
    }
    void copy_and_cut(const std::string& to) const {
        std::filesystem::copy_file(path(), path(to));
        std::filesystem::resize_file(path(), 0);
    }

    void start(std::optional<LogPlace> place = std::nullopt, bool from_end = false) {
        follower_.emplace(LogFollower::Options{.log = path(), .from_end = from_end, .late = 5s}, place, errors_);
    }
    void restart() { start(follower_->place()); }

    // What there is until nothing comes any more.
    Lines read() {
        Lines lines;
        int idle = 0;
        while (idle < 3) {
            now_ += 10s;
            idle = follower_->read([&](std::string_view line) { lines.emplace_back(line); }, now_) ? 0 : idle + 1;
        }
        return lines;
    }
    LogFollower& follower() { return *follower_; }
    std::string errors() const { return errors_.str(); }

private:
    TemporaryDirectory directory_;
    std::ostringstream errors_;
    std::optional<LogFollower> follower_;
    LogFollower::Clock::time_point now_{};
};

}  // namespace

TEST_CASE("a log that grows, and half lines") {
    Followed log;
    log.start();
    CHECK(log.read().empty());
    log.write("one\ntw");
    CHECK(log.read() == Lines{"one"});
    log.write("o");
    CHECK(log.read().empty());
    log.write("\n\nthree\n");
    CHECK(log.read() == Lines{"two", "", "three"});
    CHECK(log.follower().place()->offset == 15);
    CHECK(log.errors() == "ordertrace tail: " + log.path() + ": No such file or directory; waiting for it\n");
}

TEST_CASE("a rotated file is finished before the next one") {
    Followed log;
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

TEST_CASE("rotated twice between two looks") {
    Followed log;
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

TEST_CASE("a cut log is finished in its copy") {
    Followed log;
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
    Followed log;
    log.write("1\n2\n");
    log.start();
    CHECK(log.read() == Lines{"1", "2"});
    std::filesystem::resize_file(log.path(), 0);
    log.write("3\n");
    CHECK(log.read() == Lines{"3"});
    CHECK(log.errors() == "ordertrace tail: " + log.path() +
                              ": it was cut, and there is no copy of what was in it; lines may be missing\n");
}

TEST_CASE("what a compressed log held is told to be missing after a restart") {
    Followed log;
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
    Followed log;
    log.write("1\norder=100");
    log.start();
    CHECK(log.read() == Lines{"1"});
    log.rename("shop.log", "shop.log.1");
    log.write("2\n");
    CHECK(log.read() == Lines{"2"});
    CHECK(log.follower().left_out() == 1);
    CHECK(log.errors() == "ordertrace tail: " + log.path() + ": its last line has no end and is left out\n");
}

TEST_CASE("a line over 4 MiB is left out") {
    Followed log;
    log.write("1\n" + std::string((4U << 20U) + 5, 'x') + "\n2\n");
    log.start();
    CHECK(log.read() == Lines{"1", "2"});
    CHECK(log.follower().left_out() == 1);
}

TEST_CASE("a start at the end begins with a whole line") {
    Followed log;
    log.write("1\n2\nhal");
    log.start(std::nullopt, true);
    CHECK(log.read().empty());
    log.write("f\n3\n");
    CHECK(log.read() == Lines{"half", "3"});
}

TEST_CASE("the state is what was saved, of this log alone") {
    const TemporaryDirectory directory;
    const TailState state{directory.path("state"), "/var/log/shop.log"};
    REQUIRE(state.load());
    CHECK_FALSE(state.load()->has_value());
    const LogPlace place{.inode = 7, .offset = 1ULL << 40U, .hash = 0xFEDC'BA98'7654'3210};
    CHECK(state.check());
    REQUIRE(state.save(place));
    CHECK(state.load()->value() == place);
    const TailState other{directory.path("state"), "/var/log/other.log"};
    CHECK(other.load().error().message == directory.path("state") +
                                              ": it does not say how far /var/log/other.log was read; name another "
                                              "file with --state, or remove it to begin anew");
    for (const auto* text :
         {"", "[]", "{}", R"({"version":1,"log":"/var/log/shop.log","inode":7,"offset":1,"hash":"x"})",
          R"({"version":1,"log":"/var/log/shop.log","inode":-7,"offset":1,"hash":"0"})"}) {
        CAPTURE(text);
        directory.write("state", text);
        CHECK_FALSE(state.load());
    }
}
