#include "cli/stop_signal.h"

#include <poll.h>
#include <sys/signalfd.h>

namespace ordertrace {

StopSignal::StopSignal() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
    ::signal(SIGPIPE, SIG_IGN);
    fd_.reset(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

StopSignal::~StopSignal() {
    // What came is taken, for it was obeyed.
    signalfd_siginfo taken{};
    while (::read(fd_.get(), &taken, sizeof taken) > 0) continue;
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool StopSignal::wait(std::chrono::milliseconds patience) const {
    pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, static_cast<int>(patience.count())) > 0;
}

}  // namespace ordertrace
