#include "emit/event_sender.h"

#include <netdb.h>
#include <poll.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <system_error>

namespace ordertrace {
namespace {

std::string error_text(int error) { return std::generic_category().message(error); }

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

std::string joined(const AgentAddress& agent) {
    const bool ipv6 = agent.host.find(':') != std::string::npos;
    return (ipv6 ? '[' + agent.host + ']' : agent.host) + ':' + agent.port;
}

const addrinfo* preferred(const addrinfo* first) {
    for (const auto* entry = first; entry != nullptr; entry = entry->ai_next)
        if (entry->ai_family == AF_INET) return entry;
    return first;
}

}  // namespace

Result<AgentAddress> read_agent_address(std::string_view text) {
    const auto colon = text.rfind(':');
    const bool bracketed = text.starts_with('[');
    const auto host = text.substr(0, std::min(colon, text.size()));
    const bool host_fits = bracketed ? host.size() > 2 && host.ends_with(']')
                                     : !host.empty() && host.find_first_of(":[] ") == std::string_view::npos;
    if (colon == std::string_view::npos || !host_fits || !is_port(text.substr(colon + 1)))
        return fail("--to " + std::string{text} +
                    ": no address of an agent; write HOST:PORT or [IPv6]:PORT, as in 127.0.0.1:4747");
    return AgentAddress{std::string{bracketed ? host.substr(1, host.size() - 2) : host},
                        std::string{text.substr(colon + 1)}};
}

Result<EventSender> EventSender::open(const AgentAddress& agent) {
    const auto name = joined(agent);
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* raw = nullptr;
    const int status = ::getaddrinfo(agent.host.c_str(), agent.port.c_str(), &hints, &raw);
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> found{raw, &::freeaddrinfo};
    if (status != 0)
        return fail(name + ": " + (status == EAI_SYSTEM ? error_text(errno) : ::gai_strerror(status)) +
                    "; check the host name");
    const auto* to = preferred(found.get());
    UniqueFd fd{::socket(to->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd) return fail(name + ": " + error_text(errno) + "; no socket to send with");
    sockaddr_storage address{};
    std::memcpy(&address, to->ai_addr, to->ai_addrlen);
    return EventSender{std::move(fd), address, to->ai_addrlen, name};
}

Result<void> EventSender::send(std::string_view line) const {
    // Never connected: an answer that nobody listens would otherwise be booked on the next line and keep it back.
    const auto sent =
        ::sendto(fd_.get(), line.data(), line.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to_), length_);
    if (sent < 0) return failed(errno);
    return {};
}

Result<void> EventSender::send_and_wait(std::string_view line, std::chrono::milliseconds patience) const {
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&to_), length_) != 0 ||
        ::send(fd_.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0)
        return failed(errno);
    pollfd news{.fd = fd_.get(), .events = 0, .revents = 0};  // errors are reported unasked
    if (::poll(&news, 1, static_cast<int>(patience.count())) <= 0) return {};
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return failed(error);
    return {};
}

tl::unexpected<Error> EventSender::failed(int error) const {
    if (error == EMSGSIZE) return fail(name_ + ": the line is over 65,507 bytes and fits no datagram; shorten it");
    return fail(name_ + ": " + error_text(error) + "; is the agent running and listening there?");
}

}  // namespace ordertrace
