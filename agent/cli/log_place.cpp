#include "cli/log_place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace ordertrace {
namespace {

constexpr std::uint64_t sample = 512;  // bytes at either end
constexpr std::uint64_t most_looked_through = 4U << 20U;

// Fewer bytes than wanted where the file ends.
std::string bytes_at(const OpenLog& log, std::uint64_t offset, std::uint64_t count) {
    std::string bytes(count, '\0');
    const auto got = ::pread(log.fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return bytes;
}

}  // namespace

Result<OpenLog> open_log(const std::string& path) {
    OpenLog log;
    // O_NONBLOCK: a named pipe must not hold us.
    log.fd.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status{};
    if (!log.fd || ::fstat(log.fd.get(), &status) != 0) return fail(std::strerror(errno));
    if (!S_ISREG(status.st_mode)) return fail("no regular file");
    log.path = path;
    log.device = status.st_dev;
    log.inode = status.st_ino;
    return log;
}

void LogEnds::add(std::string_view read) {
    head += read.substr(0, sample - head.size());
    tail += read.substr(read.size() - std::min<std::size_t>(read.size(), sample));
    tail.erase(0, tail.size() - std::min<std::size_t>(tail.size(), sample));
}

std::uint64_t LogEnds::hash() const {
    const auto both = head + tail;
    return ::XXH3_64bits(both.data(), both.size());
}

std::optional<LogEnds> ends_at(const OpenLog& log, std::uint64_t offset) {
    const auto count = std::min(offset, sample);
    LogEnds ends{bytes_at(log, 0, count), bytes_at(log, offset - count, count)};
    if (ends.head.size() != count || ends.tail.size() != count) return std::nullopt;
    return ends;
}

bool holds(const OpenLog& log, const LogPlace& place) {
    const auto ends = ends_at(log, place.offset);
    return ends && ends->hash() == place.hash;
}

std::uint64_t end_of_last_line(const OpenLog& log) {
    struct stat status{};
    if (::fstat(log.fd.get(), &status) != 0) return 0;
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const auto begin = size - std::min(size, most_looked_through);
    const auto last = bytes_at(log, begin, size - begin).rfind('\n');
    return last == std::string::npos ? begin : begin + last + 1;
}

}  // namespace ordertrace
