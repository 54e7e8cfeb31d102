// Waits until something happens in the directory of a log, by inotify; where that is not to be had, or says nothing (as
// on network file systems), it is time to look once a second all the same. Owned by one command; one thread.
#pragma once

#include <chrono>
#include <string>

#include "base/unique_fd.h"
#include "cli/stop_signal.h"

namespace ordertrace {

class LogWatch {
public:
    explicit LogWatch(const std::string& log);

    // Returns early on a stop signal too.
    void wait(const StopSignal& stop, std::chrono::milliseconds patience) const;

private:
    UniqueFd fd_;
};

}  // namespace ordertrace
