// Reads a log as it grows, over its rotations, line by line. Owned by `ordertrace tail`; one thread; it never waits.
// A rotated file is read to its end and for `late` longer, for who still writes into it; then comes the next one. A
// file that was cut (copytruncate) is finished in its copy and then read from its start. Bounds: 512 KiB of lines at
// once, a line of 4 MiB; what is longer is left out and counted.
#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "cli/log_place.h"

namespace ordertrace {

class LogFollower {
public:
    using Clock = std::chrono::steady_clock;
    using Sink = std::function<void(std::string_view line)>;  // without its line feed

    struct Options {
        std::string log;        // absolute
        bool from_end = false;  // of what is there at the first start
        std::chrono::milliseconds late{2'000};
    };

    // `place`: where the last run came to, if there was one. What a person should know goes to `errors`.
    LogFollower(Options options, std::optional<LogPlace> place, std::ostream& errors);

    // Gives the lines that are there, and says whether there may be more at once. Half a line waits for its end.
    bool read(const Sink& sink, Clock::time_point now);

    // Behind the last line given; nothing before the log was there.
    std::optional<LogPlace> place() const { return place_; }
    std::size_t left_out() const { return left_out_; }

private:
    bool open();
    bool begin_at(OpenLog log, std::uint64_t offset);
    void resume();
    void finish_copy();
    bool rotated() const;
    bool go_on(Clock::time_point now);
    bool read_lines(const Sink& sink);
    bool leave_out(std::string_view bytes);
    void advance(std::string_view bytes);
    void say(const std::string& text);

    Options options_;
    std::ostream& errors_;
    std::optional<LogPlace> resume_;
    std::optional<OpenLog> log_;
    std::optional<LogPlace> place_;
    LogEnds ends_;              // of the place
    bool leaving_out_ = false;  // the rest of a line that is too long
    std::size_t left_out_ = 0;
    std::optional<Clock::time_point> quiet_since_;  // a rotated file at its end
    std::string said_;                              // the last trouble with opening
};

}  // namespace ordertrace
