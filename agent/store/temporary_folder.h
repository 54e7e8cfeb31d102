// A folder below $TMPDIR or /tmp, mode 0700, that goes with its owner. It is locked as long as that lives: what a
// killed process left behind under the same prefix has no lock, and the next one made takes it away. Any one thread.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace ordertrace {

class TemporaryFolder {
public:
    static Result<TemporaryFolder> make(const std::string& prefix);
    TemporaryFolder(TemporaryFolder&& other) noexcept
        : path_{std::exchange(other.path_, {})}, lock_{std::move(other.lock_)} {}
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder();
    const std::string& path() const { return path_; }

private:
    TemporaryFolder(std::string path, UniqueFd lock) : path_{std::move(path)}, lock_{std::move(lock)} {}

    std::string path_;
    UniqueFd lock_;
};

}  // namespace ordertrace
