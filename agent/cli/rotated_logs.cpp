#include "cli/rotated_logs.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

namespace ordertrace {
namespace {

// .1, -20261123, .2026-11-23
bool is_rotation(std::string_view suffix) {
    return suffix.size() > 1 && (suffix[0] == '.' || suffix[0] == '-') &&
           suffix.find_first_not_of("0123456789.-") == std::string_view::npos;
}

// .1 is a number; what is longer is a date, or seconds since 1970.
bool is_number(std::string_view suffix) {
    return suffix.size() <= 6 && suffix.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

// As logrotate names them: numbers by value, the highest first; dates as text, for it too wants them to sort by it.
bool older_by_name(const std::string& a, const std::string& b) {
    const bool numbers = is_number(a);
    if (numbers != is_number(b)) return numbers;
    return numbers ? std::stoi(a.substr(1)) > std::stoi(b.substr(1)) : a < b;
}

// When a file was made: its place in the sequence of rotations, whatever they call it (the newest is .1 for logrotate,
// the highest number for others) and whoever writes into it late. Where the file system does not know: its last change.
using Birth = std::pair<std::int64_t, std::uint32_t>;

Birth birth_of(const OpenLog& log) {
    struct statx status{};
    ::statx(log.fd.get(), "", AT_EMPTY_PATH, STATX_BTIME | STATX_MTIME, &status);
    const auto& time = (status.stx_mask & STATX_BTIME) != 0 ? status.stx_btime : status.stx_mtime;
    return {time.tv_sec, time.tv_nsec};
}

struct Rotated {
    OpenLog log;
    std::string suffix;
    Birth birth;  // asked once: a last change may move while others are compared with it
};

// The kernel's clock ticks every few milliseconds only.
bool older(const Rotated& a, const Rotated& b) {
    return a.birth != b.birth ? a.birth < b.birth : older_by_name(a.suffix, b.suffix);
}

// The oldest one comes first.
std::vector<Rotated> rotations_of(const std::string& log) {
    namespace fs = std::filesystem;
    const fs::path path{log};
    const auto name = path.filename().string();
    std::vector<Rotated> found;
    std::error_code unreadable;
    const auto directory = path.has_parent_path() ? path.parent_path() : fs::path{"."};
    for (fs::directory_iterator entry{directory, unreadable}; !unreadable && entry != fs::directory_iterator{};
         entry.increment(unreadable)) {
        const auto other = entry->path().filename().string();
        if (!other.starts_with(name) || !is_rotation(std::string_view{other}.substr(name.size()))) continue;
        if (auto opened = open_log(entry->path().string())) {
            const auto birth = birth_of(*opened);
            found.push_back({std::move(*opened), other.substr(name.size()), birth});
        }
    }
    std::sort(found.begin(), found.end(), older);
    return found;
}

}  // namespace

std::optional<OpenLog> rotated_log_with(const std::string& log, const LogPlace& place) {
    auto rotations = rotations_of(log);
    for (const bool itself : {true, false})
        for (auto& rotated : rotations)
            if ((rotated.log.inode == place.inode) == itself && (itself || place.offset > 0) &&
                holds(rotated.log, place))
                return std::move(rotated.log);
    return std::nullopt;
}

std::optional<OpenLog> log_after(const std::string& log, const OpenLog& old) {
    // Before the directory is read: what is rotated in between is found in one of both.
    auto current = open_log(log);
    auto rotations = rotations_of(log);
    auto next = std::find_if(rotations.begin(), rotations.end(),
                             [&](const Rotated& rotated) { return rotated.log.inode == old.inode; });
    if (next != rotations.end())
        ++next;
    else
        next = std::find_if(rotations.begin(), rotations.end(),
                            [born = birth_of(old)](const Rotated& rotated) { return rotated.birth >= born; });
    if (next != rotations.end()) return std::move(next->log);
    if (current) return std::move(*current);
    return std::nullopt;
}

}  // namespace ordertrace
