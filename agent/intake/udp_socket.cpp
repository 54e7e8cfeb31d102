#include "intake/udp_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace ordertrace {
namespace {

struct Address {
    sockaddr_storage storage{};
    socklen_t length = sizeof(sockaddr_storage);
};

Address to_address(const Endpoint& endpoint) {
    Address address;
    if (endpoint.ipv6) {
        sockaddr_in6 in6{};
        in6.sin6_family = AF_INET6;
        in6.sin6_port = htons(endpoint.port);
        ::inet_pton(AF_INET6, endpoint.host.c_str(), &in6.sin6_addr);
        std::memcpy(&address.storage, &in6, sizeof in6);
        address.length = sizeof in6;
    } else {
        sockaddr_in in4{};
        in4.sin_family = AF_INET;
        in4.sin_port = htons(endpoint.port);
        ::inet_pton(AF_INET, endpoint.host.c_str(), &in4.sin_addr);
        std::memcpy(&address.storage, &in4, sizeof in4);
        address.length = sizeof in4;
    }
    return address;
}

Endpoint local_of(int fd) {
    Address address;
    auto* raw = reinterpret_cast<sockaddr*>(&address.storage);
    Endpoint endpoint;
    if (::getsockname(fd, raw, &address.length) != 0) return endpoint;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.storage.ss_family == AF_INET6) {
        sockaddr_in6 in6{};
        std::memcpy(&in6, &address.storage, sizeof in6);
        endpoint.ipv6 = true;
        endpoint.port = ntohs(in6.sin6_port);
        endpoint.loopback = IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
        endpoint.host = ::inet_ntop(AF_INET6, &in6.sin6_addr, text.data(), text.size());
    } else if (address.storage.ss_family == AF_INET) {
        sockaddr_in in4{};
        std::memcpy(&in4, &address.storage, sizeof in4);
        endpoint.port = ntohs(in4.sin_port);
        endpoint.loopback = (ntohl(in4.sin_addr.s_addr) >> 24U) == 127;
        endpoint.host = ::inet_ntop(AF_INET, &in4.sin_addr, text.data(), text.size());
    }
    return endpoint;
}

int integer_option(int fd, int option) {
    int value = 0;
    socklen_t length = sizeof value;
    return ::getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : 0;
}

std::string reason(int error) { return std::strerror(error); }

}  // namespace

Result<UdpSocket> UdpSocket::bind(const ListenerSettings& settings) {
    const auto where = to_string(settings.address);
    UniqueFd fd{::socket(settings.address.ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd) return fail("listen udp " + where + ": cannot make a socket: " + reason(errno));
    if (settings.address.ipv6) {
        const int on = 1;  // an IPv4 listener on the same port is one of its own
        ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    }
    const auto address = to_address(settings.address);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.length) != 0) {
        const int error = errno;
        const auto* advice = error == EADDRINUSE      ? "; another program has this address, see `ss -lunp`"
                             : error == EADDRNOTAVAIL ? "; this host has no such address"
                                                      : "";
        return fail("listen udp " + where + ": " + reason(error) + advice);
    }
    UdpSocket socket{std::move(fd)};
    socket.prepare(settings.receive_buffer);
    return socket;
}

Result<UdpSocket> UdpSocket::adopt(UniqueFd fd, const ListenerSettings& settings) {
    if (integer_option(fd.get(), SO_TYPE) != SOCK_DGRAM)
        return fail("listen udp " + to_string(settings.address) + ": the inherited socket is not a datagram socket");
    ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
    ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
    UdpSocket socket{std::move(fd)};
    socket.prepare(settings.receive_buffer);
    return socket;
}

void UdpSocket::prepare(std::uint64_t wanted_buffer) {
    const auto wanted = static_cast<int>(std::min<std::uint64_t>(wanted_buffer, 1U << 30U));
    // FORCE needs CAP_NET_ADMIN; without it the kernel cuts at net.core.rmem_max, also what a service manager gave to
    // an inherited socket. The kernel tells twice what it grants.
    if (::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) != 0 &&
        integer_option(fd_.get(), SO_RCVBUF) / 2 < wanted)
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
    const int on = 1;  // DatagramBurst::arrived
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    receive_buffer_ = static_cast<std::uint64_t>(integer_option(fd_.get(), SO_RCVBUF));
}

std::uint32_t UdpSocket::kernel_drops() const {
    std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
    socklen_t length = sizeof info;
    if (::getsockopt(fd_.get(), SOL_SOCKET, SO_MEMINFO, info.data(), &length) != 0) return 0;
    return info[SK_MEMINFO_DROPS];
}

std::uint64_t UdpSocket::cookie() const {
    std::uint64_t value = 0;
    socklen_t length = sizeof value;
    return ::getsockopt(fd_.get(), SOL_SOCKET, SO_COOKIE, &value, &length) == 0 ? value : 0;
}

Endpoint UdpSocket::local() const { return local_of(fd_.get()); }

bool is_bound_to(int fd, const Endpoint& endpoint) {
    const auto local = local_of(fd);
    return local.host == endpoint.host && local.ipv6 == endpoint.ipv6 &&
           (local.port == endpoint.port || endpoint.port == 0);
}

}  // namespace ordertrace
