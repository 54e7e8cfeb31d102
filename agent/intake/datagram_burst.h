// The buffers of one recvmmsg: at most 64 datagrams of any size UDP can carry.
// Owned by the intake thread. 4 MiB of address space, of which only touched pages are resident.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <ctime>
#include <string>
#include <string_view>

#include "base/time.h"

namespace ordertrace {

class DatagramBurst {
public:
    static constexpr std::size_t max_datagrams = 64;
    static constexpr std::size_t max_bytes = 65'536;  // UDP carries 65,507 over IPv4 and 65,527 over IPv6

    DatagramBurst();
    ~DatagramBurst();
    DatagramBurst(const DatagramBurst&) = delete;
    DatagramBurst& operator=(const DatagramBurst&) = delete;

    // One recvmmsg that does not wait. The number of datagrams, 0 if there is none (or an error the kernel reports
    // once, such as an ICMP answer: the next call goes on).
    std::size_t receive(int fd);

    std::string_view datagram(std::size_t index) const;
    const sockaddr_storage& sender(std::size_t index) const { return senders_[index]; }
    // When the kernel took the datagram (SO_TIMESTAMPNS), so that two lines of one burst keep their own times;
    // `now` where the kernel does not say or its clock was set since.
    TimePoint arrived(std::size_t index, TimePoint now) const;
    // Gives pages that big datagrams touched back to the system.
    void shrink();

private:
    char* memory_ = nullptr;
    std::size_t largest_ = 0;
    std::array<mmsghdr, max_datagrams> headers_{};
    std::array<iovec, max_datagrams> vectors_{};
    std::array<sockaddr_storage, max_datagrams> senders_{};
    struct Control {
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> bytes{};
    };
    std::array<Control, max_datagrams> controls_{};
};

// "127.0.0.1:40312", for the operator.
std::string to_string(const sockaddr_storage& address);
std::uint16_t port_of(const sockaddr_storage& address);
// The address as 16 bytes, IPv4 as ::ffff:a.b.c.d.
std::array<unsigned char, 16> address_bytes(const sockaddr_storage& address);

}  // namespace ordertrace
