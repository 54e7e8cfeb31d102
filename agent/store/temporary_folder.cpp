#include "store/temporary_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace ordertrace {
namespace {

namespace fs = std::filesystem;

// Empty if another process has the lock, or the folder went away.
UniqueFd lock(const std::string& path) {
    UniqueFd fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return {};
    struct stat status{};
    const bool ours = ::fstat(fd.get(), &status) == 0 && status.st_uid == ::geteuid() && status.st_nlink > 0;
    return ours ? std::move(fd) : UniqueFd{};
}

void remove_left_behind(const std::string& place, const std::string& prefix) {
    std::error_code error;
    for (fs::directory_iterator entry{place, error}, end; !error && entry != end; entry.increment(error)) {
        const auto name = entry->path().filename().string();
        if (name.size() != prefix.size() + 7 || !name.starts_with(prefix + '.')) continue;
        std::error_code ignored;
        if (const auto locked = lock(entry->path().string())) fs::remove_all(entry->path(), ignored);
    }
}

}  // namespace

Result<TemporaryFolder> TemporaryFolder::make(const std::string& prefix) {
    const char* named = ::getenv("TMPDIR");
    const std::string place = named != nullptr && *named != '\0' ? named : "/tmp";
    remove_left_behind(place, prefix);
    // One that is made at the same moment may take ours for left behind before it is locked: then another is made.
    for (int tries = 0; tries < 10; ++tries) {
        auto path = place + '/' + prefix + ".XXXXXX";
        if (::mkdtemp(path.data()) == nullptr)
            return fail(place + ": no folder can be made here: " + std::strerror(errno) +
                        "; set TMPDIR to one that can be written");
        if (auto locked = lock(path)) return TemporaryFolder{path, std::move(locked)};
        ::rmdir(path.c_str());
    }
    return fail(place + ": folders made here cannot be locked; set TMPDIR to one on a local file system");
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace ordertrace
