#include "journal/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <memory>

namespace ordertrace {
namespace {

tl::unexpected<int> last_errno() { return tl::unexpected<int>{errno}; }

DiskResult<void> done(int outcome) {
    if (outcome != 0) return last_errno();
    return {};
}

template <class Call>
auto uninterrupted(Call call) {
    auto outcome = call();
    while (outcome == -1 && errno == EINTR) outcome = call();
    return outcome;
}

}  // namespace

DiskResult<void> PosixDisk::make_directory(const std::string& path) {
    for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
        ::mkdir(path.substr(0, slash).c_str(), 0755);  // a parent that is missing makes the last mkdir fail
    if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
    return last_errno();
}

DiskResult<std::vector<DirectoryEntry>> PosixDisk::list(const std::string& path) {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory{::opendir(path.c_str()), &::closedir};
    if (!directory) return last_errno();
    std::vector<DirectoryEntry> entries;
    while (const dirent* entry = ::readdir(directory.get())) {
        struct stat about{};
        if (::fstatat(::dirfd(directory.get()), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (S_ISREG(about.st_mode)) entries.push_back({entry->d_name, static_cast<std::uint64_t>(about.st_size)});
    }
    return entries;
}

DiskResult<UniqueFd> PosixDisk::open(const std::string& path, int flags) {
    const int fd = uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0600); });
    if (fd < 0) return last_errno();
    return UniqueFd{fd};
}

DiskResult<void> PosixDisk::rename(const std::string& from, const std::string& to) {
    return done(::rename(from.c_str(), to.c_str()));
}

DiskResult<void> PosixDisk::remove(const std::string& path) { return done(::unlink(path.c_str())); }

DiskResult<std::size_t> PosixDisk::read_at(int fd, char* to, std::size_t bytes, std::uint64_t offset) {
    const auto got = uninterrupted([&] { return ::pread(fd, to, bytes, static_cast<off_t>(offset)); });
    if (got < 0) return last_errno();
    return static_cast<std::size_t>(got);
}

DiskResult<std::size_t> PosixDisk::write_at(int fd, std::string_view bytes, std::uint64_t offset) {
    const auto got =
        uninterrupted([&] { return ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (got < 0) return last_errno();
    return static_cast<std::size_t>(got);
}

DiskResult<void> PosixDisk::truncate(int fd, std::uint64_t bytes) {
    return done(uninterrupted([&] { return ::ftruncate(fd, static_cast<off_t>(bytes)); }));
}

DiskResult<void> PosixDisk::sync(int fd) {
    return done(uninterrupted([&] { return ::fdatasync(fd); }));
}

DiskResult<void> PosixDisk::lock(int fd) {
    return done(uninterrupted([&] { return ::flock(fd, LOCK_EX | LOCK_NB); }));
}

DiskResult<void> PosixDisk::allocate(int fd, std::uint64_t bytes) {
    const int failure = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
    if (failure != 0) return tl::unexpected<int>{failure};
    return {};
}

DiskResult<void> PosixDisk::map_over(int fd, std::uint64_t offset, void* address, std::size_t bytes) {
    void* const got =
        ::mmap(address, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, static_cast<off_t>(offset));
    if (got == MAP_FAILED) return last_errno();
    return {};
}

DiskResult<void> write_all(Disk& disk, int fd, std::string_view bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const auto wrote = disk.write_at(fd, bytes, offset);
        if (!wrote) return tl::unexpected<int>{wrote.error()};
        if (*wrote == 0) return tl::unexpected<int>{ENOSPC};
        bytes.remove_prefix(*wrote);
        offset += *wrote;
    }
    return {};
}

DiskResult<std::size_t> read_all(Disk& disk, int fd, char* to, std::size_t bytes, std::uint64_t offset) {
    std::size_t total = 0;
    while (total < bytes) {
        const auto got = disk.read_at(fd, to + total, bytes - total, offset + total);
        if (!got) return tl::unexpected<int>{got.error()};
        if (*got == 0) break;
        total += *got;
    }
    return total;
}

}  // namespace ordertrace
