// Reads one file of a log line by line, from a place on. Owned by LogFollower; one thread. Bounds: 512 KiB of lines at
// once, a line of 4 MiB; what is longer is left out and counted.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "cli/log_place.h"

namespace ordertrace {

class LogReader {
public:
    using Sink = std::function<void(std::string_view line)>;  // without its line feed
    static constexpr std::size_t most_at_once = 512U << 10U;

    // Nothing if the file does not go so far: it was cut this very moment.
    static std::optional<LogReader> at(OpenLog file, std::uint64_t offset);

    // False at the end of what is there. Half a line waits for its end.
    bool read(const Sink& sink, std::size_t& left_out);

    const OpenLog& file() const { return file_; }
    // Behind the last line given, or inside one that is left out.
    const LogPlace& place() const { return place_; }
    // The file still holds what was read.
    bool holds_place() const { return holds(file_, place_); }
    // Bytes behind the place.
    std::uint64_t unread() const;
    void begin_anew();

private:
    LogReader(OpenLog file, std::uint64_t offset, LogEnds ends);
    bool leave_out(std::string_view bytes);
    void advance(std::string_view bytes);

    OpenLog file_;
    LogEnds ends_;  // of the place
    LogPlace place_;
    bool leaving_out_ = false;  // the rest of a line that is too long
};

}  // namespace ordertrace
