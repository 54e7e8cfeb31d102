#include "cli/rotated_logs.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <tuple>
#include <vector>

namespace ordertrace {
namespace {

struct Candidate {
    OpenLog log;
    timespec changed{};
};

timespec change_of(const OpenLog& log) {
    struct stat status{};
    ::fstat(log.fd.get(), &status);
    return status.st_mtim;
}

bool before(const timespec& a, const timespec& b) {
    return std::tie(a.tv_sec, a.tv_nsec) < std::tie(b.tv_sec, b.tv_nsec);
}

// .1, -20261123, .2026-11-23
bool is_rotation(std::string_view suffix) {
    return suffix.size() > 1 && (suffix[0] == '.' || suffix[0] == '-') &&
           suffix.find_first_not_of("0123456789.-") == std::string_view::npos;
}

// The one that was changed first comes first.
std::vector<Candidate> rotations_of(const std::string& log) {
    namespace fs = std::filesystem;
    const fs::path path{log};
    const auto name = path.filename().string();
    std::vector<Candidate> found;
    std::error_code unreadable;
    const auto directory = path.has_parent_path() ? path.parent_path() : fs::path{"."};
    for (fs::directory_iterator entry{directory, unreadable}; !unreadable && entry != fs::directory_iterator{};
         entry.increment(unreadable)) {
        const auto other = entry->path().filename().string();
        if (!other.starts_with(name) || !is_rotation(std::string_view{other}.substr(name.size()))) continue;
        if (auto opened = open_log(entry->path().string())) {
            const auto changed = change_of(*opened);
            found.push_back({std::move(*opened), changed});
        }
    }
    std::sort(found.begin(), found.end(),
              [](const Candidate& a, const Candidate& b) { return before(a.changed, b.changed); });
    return found;
}

}  // namespace

std::optional<OpenLog> rotated_log_with(const std::string& log, const LogPlace& place) {
    auto candidates = rotations_of(log);
    for (const bool itself : {true, false})
        for (auto& candidate : candidates)
            if ((candidate.log.inode == place.inode) == itself && (itself || place.offset > 0) &&
                holds(candidate.log, place))
                return std::move(candidate.log);
    return std::nullopt;
}

std::optional<OpenLog> log_after(const std::string& log, const OpenLog& old) {
    const auto changed = change_of(old);
    for (auto& candidate : rotations_of(log))
        if (candidate.log.inode != old.inode && before(changed, candidate.changed)) return std::move(candidate.log);
    if (auto current = open_log(log)) return std::move(*current);
    return std::nullopt;
}

}  // namespace ordertrace
