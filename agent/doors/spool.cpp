#include "doors/spool.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

namespace ordertrace {
namespace {

constexpr std::string_view ending = ".ord";
constexpr const char* done_name = "done";

std::string reason(int error) { return std::strerror(error); }

FilePlace beginning_of(const struct stat& status) {
    const auto seconds = static_cast<std::uint64_t>(status.st_mtim.tv_sec);
    return {.inode = status.st_ino,
            .modified_ns = seconds * 1'000'000'000 + static_cast<std::uint64_t>(status.st_mtim.tv_nsec),
            .offset = 0};
}

bool is_same_file(const FilePlace& one, const FilePlace& other) {
    return one.inode == other.inode && one.modified_ns == other.modified_ns;
}

// 0, or what is wrong.
int move(int directory, const std::string& from, const std::string& to) {
    return ::renameat2(directory, from.c_str(), directory, to.c_str(), RENAME_NOREPLACE) == 0 ? 0 : errno;
}

// Replaces nothing: of two files with one name, the later one gets its time behind it.
int move_to_done(int directory, const std::string& name) {
    const auto to = std::string{done_name} + '/' + name;
    auto error = move(directory, name, to);
    if (error == ENOENT && ::mkdirat(directory, done_name, 0750) == 0) error = move(directory, name, to);
    if (error != EEXIST) return error;
    struct timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return move(directory, name, to + '.' + std::to_string(now.tv_sec) + '.' + std::to_string(now.tv_nsec));
}

bool is_there(int directory, const std::string& name) {
    return ::faccessat(directory, name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

}  // namespace

Result<Spool> Spool::open(const std::string& path, ListenerSettings::Then then) {
    const auto where = "listen directory " + path + ": ";
    UniqueFd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory) return fail(where + reason(errno) + "; make it, and let the agent's user read and write it");
    if (::faccessat(directory.get(), ".", R_OK | W_OK | X_OK, 0) != 0)
        return fail(where + reason(errno) + "; let the agent's user read and write it");
    if (::flock(directory.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return fail(where + "another listener or agent reads it already; give each its own directory");
    if (then == ListenerSettings::Then::remove) return Spool{std::move(directory), then};
    ::mkdirat(directory.get(), done_name, 0750);
    const UniqueFd done{::openat(directory.get(), done_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!done || ::faccessat(done.get(), ".", W_OK | X_OK, 0) != 0)
        return fail("listen directory " + path + "/" + done_name + ": " + reason(errno) +
                    "; it is where files are moved: let the agent's user write it, or set then: remove");
    return Spool{std::move(directory), then};
}

Result<void> Spool::each_name(const std::function<void(std::string_view name)>& visit) const {
    UniqueFd fd{::openat(directory_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!fd) return fail("it cannot be read: " + reason(errno));
    struct stat status{};
    if (::fstat(fd.get(), &status) == 0 && status.st_nlink == 0)
        return fail("it was removed; make it again, and restart the agent");
    const std::unique_ptr<DIR, int (*)(DIR*)> stream{::fdopendir(fd.get()), ::closedir};
    if (!stream) return fail("it cannot be read: " + reason(errno));
    static_cast<void>(fd.release());
    while (const auto* entry = ::readdir(stream.get())) {
        const std::string_view name{entry->d_name};
        if (name.size() > ending.size() && name.ends_with(ending)) visit(name);
    }
    return {};
}

Result<std::vector<std::string>> Spool::names() const {
    std::set<std::string> first;
    const auto read = each_name([&](std::string_view name) {
        first.emplace(name);
        if (first.size() > most_names) first.erase(std::prev(first.end()));
    });
    if (!read) return tl::make_unexpected(read.error());
    return std::vector<std::string>{first.begin(), first.end()};
}

std::string Spool::name_of(const FilePlace& place) const {
    std::string found;
    static_cast<void>(each_name([&](std::string_view name) {
        struct stat status{};
        if (found.empty() &&
            ::fstatat(directory_.get(), std::string{name}.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            is_same_file(beginning_of(status), place))
            found = name;
    }));
    return found;
}

Result<SpoolFile> Spool::open_file(const std::string& name) const {
    // O_NONBLOCK: a named pipe must not stop the agent.
    UniqueFd fd{::openat(directory_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (!fd && errno == ELOOP)
        return fail("it is a link, and links are not followed; rename the file itself into here");
    if (!fd && errno == ENOENT) return SpoolFile{};
    if (!fd) return fail("it cannot be opened: " + reason(errno) + "; let the agent's user read it");
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return fail("it cannot be read: " + reason(errno));
    if (!S_ISREG(status.st_mode)) return fail("it is no regular file; take it away");
    std::array<char, 2> mark{};
    if (::pread(fd.get(), mark.data(), mark.size(), 0) == 2 && mark == std::array{'\xFF', '\xFE'})
        return fail("it is UTF-16; write it in UTF-8, or in a charset that begins with ASCII");
    return SpoolFile{std::move(fd), beginning_of(status)};
}

Result<void> Spool::put_away(const std::string& name) const {
    const bool removes = then_ == ListenerSettings::Then::remove;
    int error = 0;
    if (!removes)
        error = move_to_done(directory_.get(), name);
    else if (::unlinkat(directory_.get(), name.c_str(), 0) != 0)
        error = errno;
    if (error == 0 || !is_there(directory_.get(), name)) return {};
    return fail(std::string{"it was read and cannot be "} + (removes ? "removed: " : "moved to done: ") +
                reason(error) +
                "; let the agent's user write the directory; no other file is read until then, so that none is read "
                "twice");
}

}  // namespace ordertrace
