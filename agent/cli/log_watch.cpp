#include "cli/log_watch.h"

#include <poll.h>
#include <sys/inotify.h>

#include <array>
#include <filesystem>

namespace ordertrace {

LogWatch::LogWatch(const std::string& log) : fd_{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)} {
    const auto directory = std::filesystem::path{log}.parent_path().string();
    if (fd_ && ::inotify_add_watch(fd_.get(), directory.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0) fd_.reset();
}

void LogWatch::wait(const StopSignal& stop, std::chrono::milliseconds patience) const {
    // poll passes over a descriptor of -1.
    std::array<pollfd, 2> waiting{{{stop.fd(), POLLIN, 0}, {fd_.get(), POLLIN, 0}}};
    ::poll(waiting.data(), waiting.size(), static_cast<int>(patience.count()));
    std::array<char, 4096> events;
    while (fd_ && ::read(fd_.get(), events.data(), events.size()) > 0) continue;
}

}  // namespace ordertrace
