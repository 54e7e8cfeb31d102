#include "ops/notify.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "ops/printable.h"

namespace ordertrace {
namespace {

constexpr int first_inherited_fd = 3;  // SD_LISTEN_FDS_START
constexpr unsigned max_inherited = 1024;

std::string take_variable(const char* name) {
    const char* value = std::getenv(name);
    std::string taken = value == nullptr ? "" : value;
    ::unsetenv(name);
    return taken;
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool is_this_process(std::string_view pid) { return whole_number<pid_t>(pid) == ::getpid(); }

std::optional<Duration> watchdog_from_environment() {
    const auto wait = whole_number<std::int64_t>(take_variable("WATCHDOG_USEC"));
    const auto pid = take_variable("WATCHDOG_PID");
    if (!wait || *wait <= 0 || (!pid.empty() && !is_this_process(pid))) return std::nullopt;
    return Duration{std::max<std::int64_t>(*wait / 2, 1)};
}

// CLOCK_MONOTONIC is what systemd compares MONOTONIC_USEC with.
std::string monotonic_micros() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::to_string(std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000);
}

}  // namespace

Notifier Notifier::from_environment() {
    Notifier notifier;
    notifier.socket_ = take_variable("NOTIFY_SOCKET");
    notifier.watchdog_every_ = watchdog_from_environment();
    return notifier;
}

bool Notifier::ready(std::string_view status) const { return send("READY=1\nSTATUS=" + printable(status)); }
bool Notifier::reloading() const { return send("RELOADING=1\nMONOTONIC_USEC=" + monotonic_micros()); }
bool Notifier::stopping(std::string_view status) const { return send("STOPPING=1\nSTATUS=" + printable(status)); }
bool Notifier::status(std::string_view text) const { return send("STATUS=" + printable(text)); }
bool Notifier::watchdog() const { return send("WATCHDOG=1"); }

bool Notifier::send(const std::string& message) const {
    if (socket_.empty()) return true;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (socket_[0] == '@') address.sun_path[0] = '\0';  // an abstract name
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());

    const UniqueFd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!fd) return false;
    const timeval patience{.tv_sec = 1, .tv_usec = 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const auto sent = ::sendto(fd.get(), message.data(), message.size(), MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&address), length);
    return sent == static_cast<ssize_t>(message.size());
}

std::vector<InheritedSocket> inherited_sockets() {
    const auto count = whole_number<unsigned>(take_variable("LISTEN_FDS")).value_or(0);
    const auto pid = take_variable("LISTEN_PID");
    const auto names = take_variable("LISTEN_FDNAMES");
    std::vector<InheritedSocket> sockets;
    if (!is_this_process(pid)) return sockets;
    std::string_view rest = names;
    for (unsigned i = 0; i < std::min(count, max_inherited); ++i) {
        const int fd = first_inherited_fd + static_cast<int>(i);
        const auto colon = std::min(rest.find(':'), rest.size());
        const auto name = rest.substr(0, colon);
        rest.remove_prefix(std::min(colon + 1, rest.size()));
        if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) continue;  // not open: nothing was inherited under this number
        sockets.push_back({UniqueFd{fd}, std::string{name}});
    }
    return sockets;
}

}  // namespace ordertrace
