// The protocol of systemd's service manager: notifications and inherited sockets (sd_notify(3), sd_listen_fds(3)).
// Owned by the app; used on the main thread at start and on the delivery thread. Everything here is read from the
// environment once and taken out of it, so that no child process believes it is meant.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/unique_fd.h"

namespace ordertrace {

class Notifier {
public:
    // Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Without NOTIFY_SOCKET every call does nothing.
    static Notifier from_environment();

    // False if there is someone to tell and it could not be told. A message waits at most 1 s for room in the socket.
    bool ready(std::string_view status) const;
    bool reloading() const;  // `ready` says when it is over
    bool stopping(std::string_view status) const;
    bool status(std::string_view text) const;
    bool watchdog() const;

    // How often `watchdog` is to be called: half of what the manager waits; nothing if it does not wait.
    std::optional<Duration> watchdog_every() const { return watchdog_every_; }

private:
    bool send(const std::string& message) const;

    std::string socket_;
    std::optional<Duration> watchdog_every_;
};

struct InheritedSocket {
    UniqueFd fd;  // close-on-exec
    std::string name;
};

// Takes LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES. Empty if they are not there or meant for another process.
std::vector<InheritedSocket> inherited_sockets();

}  // namespace ordertrace
