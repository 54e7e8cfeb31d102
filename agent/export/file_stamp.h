// Tells whether a file was changed or replaced since it was read. Plain value; delivery thread.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

namespace ordertrace {

struct FileStamp {
    std::uint64_t inode = 0;  // 0: there is no such file
    std::int64_t size = 0;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    friend bool operator==(const FileStamp&, const FileStamp&) = default;

    // Follows links: a mounted secret is replaced by moving one.
    static FileStamp of(const std::string& path) {
        struct ::stat found{};
        if (path.empty() || ::stat(path.c_str(), &found) != 0) return {};
        return {found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
    }
};

}  // namespace ordertrace
