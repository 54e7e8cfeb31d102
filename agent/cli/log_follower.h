// Reads a log as it grows, over its rotations, line by line. Owned by `ordertrace tail`; one thread; it never waits.
// A rotated file is read to its end and for `late` longer, for who still writes into it; then comes the next one, and
// the one before stays open for what is flushed into it later: until the next rotation, or for `keep_deleted` after its
// last line where it was deleted (compressed), whose space is held meanwhile. A file that was cut (copytruncate) is
// finished in its copy and then read from its start. Bounds: two open files, of each what LogReader reads at once.
#pragma once

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>

#include "cli/log_reader.h"

namespace ordertrace {

class LogFollower {
public:
    using Clock = std::chrono::steady_clock;
    using Sink = LogReader::Sink;

    struct Options {
        std::string log;        // absolute
        bool from_end = false;  // of what is there at the first start
        std::chrono::milliseconds late{2'000};
        std::chrono::minutes keep_deleted{10};
    };

    // `places`: where the last run came to, if there was one. What a person should know goes to `errors`.
    LogFollower(Options options, std::optional<LogPlaces> places, std::ostream& errors);

    // Gives the lines that are there, and says whether there may be more at once.
    bool read(const Sink& sink, Clock::time_point now);

    // Nothing before the log was there.
    std::optional<LogPlaces> places() const;
    std::size_t left_out() const { return left_out_; }

private:
    struct Before {
        LogReader reader;
        Clock::time_point last;  // when it was left, or a line came
    };

    bool open(Clock::time_point now);
    void begin(std::optional<LogReader> reader);
    void resume(Clock::time_point now);
    void finish_copy();
    bool rotated() const;
    bool go_on(const Sink& sink, Clock::time_point now);
    bool read_before(const Sink& sink, Clock::time_point now);
    void leave_before(const Sink& sink);
    void say_it_is_gone();
    void say(const std::string& text);

    Options options_;
    std::ostream& errors_;
    std::optional<LogPlaces> resume_;
    std::optional<LogReader> log_;
    std::optional<Before> before_;
    std::size_t left_out_ = 0;
    std::optional<Clock::time_point> quiet_since_;  // a rotated file at its end
    std::string said_;                              // the last trouble with opening
};

}  // namespace ordertrace
