#include "ops/logging.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "base/unique_fd.h"

using namespace ordertrace;
using Level = LogSettings::Level;
using Format = LogSettings::Format;

namespace {

const TimePoint moment = from_micros(1'795'305'600'123'999);  // 2026-11-22T00:00:00.123999Z

// Stderr is a pipe while this lives.
class CapturedStderr {
public:
    CapturedStderr() {
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
        read_.reset(ends[0]);
        saved_.reset(::dup(STDERR_FILENO));
        const UniqueFd write{ends[1]};
        REQUIRE(::dup2(write.get(), STDERR_FILENO) == STDERR_FILENO);
    }
    ~CapturedStderr() {
        restore();
        ::unsetenv("JOURNAL_STREAM");
        start_logging({});
    }

    static std::string journal_stream() {
        struct stat status{};
        REQUIRE(::fstat(STDERR_FILENO, &status) == 0);
        return std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino);
    }

    // All that was written; stderr is the old one again.
    std::string text() {
        restore();
        std::string all;
        std::array<char, 4096> chunk{};
        ssize_t count = 0;
        while ((count = ::read(read_.get(), chunk.data(), chunk.size())) > 0)
            all.append(chunk.data(), static_cast<std::size_t>(count));
        return all;
    }

private:
    void restore() {
        if (!saved_) return;
        ::dup2(saved_.get(), STDERR_FILENO);
        saved_.reset();
    }
    UniqueFd read_;
    UniqueFd saved_;
};

}  // namespace

TEST_CASE("a log line in every style") {
    struct Row {
        const char* name;
        LogStyle style;
        Level level;
        std::string_view message;
        std::string_view want;
    };
    auto row = GENERATE(values<Row>({
        {"text",
         {},
         Level::info,
         "listening on 127.0.0.1:4747",
         "2026-11-22T00:00:00.123Z info listening on 127.0.0.1:4747\n"},
        {"text, warning", {}, Level::warning, "what", "2026-11-22T00:00:00.123Z warning what\n"},
        {"a forged line",
         {},
         Level::error,
         "step a\n2026-11-22T00:00:00.123Z info forged",
         "2026-11-22T00:00:00.123Z error step a\\x0A2026-11-22T00:00:00.123Z info forged\n"},
        {"json",
         {.format = Format::json},
         Level::debug,
         "a \"b\"\n\xFF",
         "{\"time\":\"2026-11-22T00:00:00.123Z\",\"level\":\"debug\",\"message\":\"a \\\"b\\\"\\n\xEF\xBF\xBD\"}\n"},
        {"journal, debug", {.journal = true}, Level::debug, "what", "<7>what\n"},
        {"journal, info", {.journal = true}, Level::info, "what", "<6>what\n"},
        {"journal, warning", {.journal = true}, Level::warning, "what", "<4>what\n"},
        {"journal, error", {.journal = true}, Level::error, "what", "<3>what\n"},
        {"json in the journal",
         {.format = Format::json, .journal = true},
         Level::error,
         "what",
         "<3>{\"time\":\"2026-11-22T00:00:00.123Z\",\"level\":\"error\",\"message\":\"what\"}\n"},
    }));
    CAPTURE(row.name);
    CHECK(to_log_line(row.style, row.level, moment, row.message) == row.want);
}

TEST_CASE("the log goes to stderr and obeys the level, also when it changes") {
    CapturedStderr captured;
    start_logging({.level = Level::warning, .format = Format::text});
    log_debug("one");
    log_info("two");
    log_warning("three");
    set_log_level(Level::debug);
    log_debug("four");
    log_error("five {}");
    const auto text = captured.text();
    CHECK(text.find("one") == std::string::npos);
    CHECK(text.find("two") == std::string::npos);
    CHECK(text.find("Z warning three\n") == 23);
    CHECK(text.find("Z debug four\n") != std::string::npos);
    CHECK(text.substr(text.size() - 16) == "Z error five {}\n");
}

TEST_CASE("under systemd the priority stands before the message") {
    CapturedStderr captured;
    ::setenv("JOURNAL_STREAM", CapturedStderr::journal_stream().c_str(), 1);
    start_logging({});
    log_error("what");
    CHECK(captured.text() == "<3>what\n");
}

TEST_CASE("a JOURNAL_STREAM of another descriptor says nothing about this one") {
    CapturedStderr captured;
    ::setenv("JOURNAL_STREAM", "1:2", 1);
    start_logging({});
    log_error("what");
    CHECK(captured.text().find("Z error what\n") == 23);
    CHECK_FALSE(is_journal_stream("", STDERR_FILENO));
    CHECK_FALSE(is_journal_stream(CapturedStderr::journal_stream(), -1));
}
