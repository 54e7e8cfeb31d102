// A place in a log file that is known again after a restart and a rotation: the file's inode, how far it was read, and
// a hash of what stands at its beginning and right before the place. By the hash a file that was cut and filled again
// is told from the one that was read, and a copy of it is found. Plain data and POSIX calls; any one thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace ordertrace {

struct LogPlace {
    ino_t inode = 0;
    std::uint64_t offset = 0;
    std::uint64_t hash = 0;
    friend bool operator==(const LogPlace&, const LogPlace&) = default;
};

// How far a log was read: in the file that is read, and in the one before it, which somebody may still write into.
struct LogPlaces {
    LogPlace log;
    std::optional<LogPlace> before = std::nullopt;
    friend bool operator==(const LogPlaces&, const LogPlaces&) = default;
};

// A regular file open for reading.
struct OpenLog {
    UniqueFd fd;
    std::string path;  // it was opened by
    dev_t device = 0;
    ino_t inode = 0;
};
Result<OpenLog> open_log(const std::string& path);

// What the hash is made of: at most 512 bytes at the beginning and as many before a place.
struct LogEnds {
    std::string head;
    std::string tail;

    void add(std::string_view read);
    std::uint64_t hash() const;
};
// Those of a place in this file, if the file goes so far.
std::optional<LogEnds> ends_at(const OpenLog& log, std::uint64_t offset);

// Whether the file holds what stood before the place, be it the file itself or a copy.
bool holds(const OpenLog& log, const LogPlace& place);

// Behind the last line feed, so that reading begins with a whole line. 4 MiB are looked through at most: without one in
// them it is inside a line that is too long.
std::uint64_t end_of_last_line(const OpenLog& log);

}  // namespace ordertrace
