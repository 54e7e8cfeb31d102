// SIGTERM and SIGINT as something a command can wait for. Made before the command's first thread, on the stack of its
// only one; the signals are as they were when it goes. SIGPIPE is ignored meanwhile and afterwards.
#pragma once

#include <chrono>
#include <csignal>

#include "base/unique_fd.h"

namespace ordertrace {

class StopSignal {
public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    // Becomes readable when one has come, and stays so.
    int fd() const { return fd_.get(); }
    // Waits so long at most for one, with 0 not at all. True if one has come.
    bool wait(std::chrono::milliseconds patience) const;
    bool seen() const { return wait(std::chrono::milliseconds{0}); }

private:
    sigset_t before_{};
    UniqueFd fd_;
};

}  // namespace ordertrace
