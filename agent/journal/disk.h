// The file system as the journal sees it: an interface, so that tests can break it at every call.
// Both threads use one Disk at the same time; PosixDisk has no state of its own.
// Every failure is an errno value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/unique_fd.h"

namespace ordertrace {

template <class T>
using DiskResult = tl::expected<T, int>;

struct DirectoryEntry {
    std::string name;
    std::uint64_t bytes = 0;
};

class Disk {
public:
    virtual ~Disk() = default;

    virtual DiskResult<void> make_directory(const std::string& path) = 0;  // mode 0700; fine if it is there already
    virtual DiskResult<std::vector<DirectoryEntry>> list(const std::string& path) = 0;  // regular files only
    virtual DiskResult<UniqueFd> open(const std::string& path, int flags) = 0;          // close-on-exec, mode 0600
    virtual DiskResult<void> rename(const std::string& from, const std::string& to) = 0;
    virtual DiskResult<void> remove(const std::string& path) = 0;

    virtual DiskResult<std::size_t> read_at(int fd, char* to, std::size_t bytes, std::uint64_t offset) = 0;
    virtual DiskResult<std::size_t> write_at(int fd, std::string_view bytes, std::uint64_t offset) = 0;  // may be short
    virtual DiskResult<void> truncate(int fd, std::uint64_t bytes) = 0;
    virtual DiskResult<void> sync(int fd) = 0;
    virtual DiskResult<void> lock(int fd) = 0;  // EWOULDBLOCK: another process holds it
    // Gives the file its size and the space for it: a later store through a mapping cannot fail for want of space.
    virtual DiskResult<void> allocate(int fd, std::uint64_t bytes) = 0;
    // Puts this part of the file in the place of the memory at `address`.
    virtual DiskResult<void> map_over(int fd, std::uint64_t offset, void* address, std::size_t bytes) = 0;
};

class PosixDisk : public Disk {
public:
    DiskResult<void> make_directory(const std::string& path) override;
    DiskResult<std::vector<DirectoryEntry>> list(const std::string& path) override;
    DiskResult<UniqueFd> open(const std::string& path, int flags) override;
    DiskResult<void> rename(const std::string& from, const std::string& to) override;
    DiskResult<void> remove(const std::string& path) override;
    DiskResult<std::size_t> read_at(int fd, char* to, std::size_t bytes, std::uint64_t offset) override;
    DiskResult<std::size_t> write_at(int fd, std::string_view bytes, std::uint64_t offset) override;
    DiskResult<void> truncate(int fd, std::uint64_t bytes) override;
    DiskResult<void> sync(int fd) override;
    DiskResult<void> lock(int fd) override;
    DiskResult<void> allocate(int fd, std::uint64_t bytes) override;
    DiskResult<void> map_over(int fd, std::uint64_t offset, void* address, std::size_t bytes) override;
};

// Writes all of `bytes` at `offset`, in as many calls as it takes.
DiskResult<void> write_all(Disk& disk, int fd, std::string_view bytes, std::uint64_t offset);

// Reads up to `bytes`; fewer only at the end of the file.
DiskResult<std::size_t> read_all(Disk& disk, int fd, char* to, std::size_t bytes, std::uint64_t offset);

}  // namespace ordertrace
