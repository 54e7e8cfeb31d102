#include "cli/log_reader.h"

#include <sys/stat.h>

#include <string>

namespace ordertrace {
namespace {

constexpr std::size_t longest_line = 4U << 20U;

}  // namespace

std::optional<LogReader> LogReader::at(OpenLog file, std::uint64_t offset) {
    auto ends = ends_at(file, offset);
    if (!ends) return std::nullopt;
    return LogReader{std::move(file), offset, std::move(*ends)};
}

// A place is behind a line feed, unless it is inside a line that is left out.
LogReader::LogReader(OpenLog file, std::uint64_t offset, LogEnds ends)
    : file_{std::move(file)},
      ends_{std::move(ends)},
      place_{file_.inode, offset, ends_.hash()},
      leaving_out_{offset > 0 && !ends_.tail.ends_with('\n')} {}

void LogReader::begin_anew() {
    ends_ = {};
    place_ = {file_.inode, 0, ends_.hash()};
    leaving_out_ = false;
}

bool LogReader::read(const Sink& sink, std::size_t& left_out) {
    for (auto size = most_at_once;; size = longest_line) {
        std::string bytes(size, '\0');
        const auto got = ::pread(file_.fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(place_.offset));
        if (got <= 0) return false;
        bytes.resize(static_cast<std::size_t>(got));
        auto rest = std::string_view{bytes};
        if (leaving_out_) return leave_out(rest);
        const auto end = rest.rfind('\n');
        if (end == std::string_view::npos) {
            if (bytes.size() < size) return false;  // half a line
            if (size < longest_line) continue;
            ++left_out;
            return leave_out(rest);
        }
        for (rest = rest.substr(0, end + 1); !rest.empty(); rest.remove_prefix(rest.find('\n') + 1))
            sink(rest.substr(0, rest.find('\n')));
        advance({bytes.data(), end + 1});
        return true;
    }
}

bool LogReader::leave_out(std::string_view bytes) {
    const auto end = bytes.find('\n');
    leaving_out_ = end == std::string_view::npos;
    advance(bytes.substr(0, leaving_out_ ? bytes.size() : end + 1));
    return true;
}

// By what was read and not by what the file holds now: it may have been cut meanwhile.
void LogReader::advance(std::string_view bytes) {
    ends_.add(bytes);
    place_ = LogPlace{file_.inode, place_.offset + bytes.size(), ends_.hash()};
}

std::uint64_t LogReader::unread() const {
    struct stat status{};
    if (::fstat(file_.fd.get(), &status) != 0) return 0;
    const auto size = static_cast<std::uint64_t>(status.st_size);
    return size > place_.offset ? size - place_.offset : 0;
}

}  // namespace ordertrace
