#include "intake/datagram_burst.h"

#include <arpa/inet.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace ordertrace {

DatagramBurst::DatagramBurst() {
    void* memory = ::mmap(nullptr, max_datagrams * max_bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc{};
    // A huge page for one small datagram would cost 2 MiB of resident memory.
    ::madvise(memory, max_datagrams * max_bytes, MADV_NOHUGEPAGE);
    memory_ = static_cast<char*>(memory);
    for (std::size_t i = 0; i < max_datagrams; ++i) {
        vectors_[i] = {.iov_base = memory_ + i * max_bytes, .iov_len = max_bytes};
        headers_[i].msg_hdr.msg_iov = &vectors_[i];
        headers_[i].msg_hdr.msg_iovlen = 1;
        headers_[i].msg_hdr.msg_name = &senders_[i];
        headers_[i].msg_hdr.msg_control = controls_[i].bytes.data();
    }
}

DatagramBurst::~DatagramBurst() { ::munmap(memory_, max_datagrams * max_bytes); }

std::size_t DatagramBurst::receive(int fd) {
    for (auto& header : headers_) {
        header.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
        header.msg_hdr.msg_controllen = sizeof(Control);
    }
    const int count = ::recvmmsg(fd, headers_.data(), max_datagrams, MSG_DONTWAIT, nullptr);
    if (count <= 0) return 0;
    for (int i = 0; i < count; ++i)
        largest_ = std::max<std::size_t>(largest_, headers_[static_cast<std::size_t>(i)].msg_len);
    return static_cast<std::size_t>(count);
}

std::string_view DatagramBurst::datagram(std::size_t index) const {
    return {memory_ + index * max_bytes, headers_[index].msg_len};
}

TimePoint DatagramBurst::arrived(std::size_t index, TimePoint now) const {
    // It may have waited for as long as no agent read an inherited socket.
    constexpr Duration longest_wait = std::chrono::hours{24};
    const auto* control = CMSG_FIRSTHDR(&headers_[index].msg_hdr);
    if (control == nullptr || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_TIMESTAMPNS) return now;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
    const auto time = from_micros(stamp.tv_sec * 1'000'000 + stamp.tv_nsec / 1000);
    return time <= now && time >= now - longest_wait ? time : now;
}

void DatagramBurst::shrink() {
    constexpr std::size_t worth_it = 16'384;  // below it all buffers together stay under 1 MiB
    if (largest_ > worth_it) ::madvise(memory_, max_datagrams * max_bytes, MADV_DONTNEED);
    largest_ = 0;
}

std::string to_string(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 in6{};
        std::memcpy(&in6, &address, sizeof in6);
        ::inet_ntop(AF_INET6, &in6.sin6_addr, text.data(), text.size());
        return '[' + std::string{text.data()} + "]:" + std::to_string(ntohs(in6.sin6_port));
    }
    sockaddr_in in4{};
    std::memcpy(&in4, &address, sizeof in4);
    ::inet_ntop(AF_INET, &in4.sin_addr, text.data(), text.size());
    return std::string{text.data()} + ':' + std::to_string(ntohs(in4.sin_port));
}

std::uint16_t port_of(const sockaddr_storage& address) {
    // The port lies at the same place in both families (RFC 3493).
    sockaddr_in in4{};
    std::memcpy(&in4, &address, sizeof in4);
    return ntohs(in4.sin_port);
}

std::array<unsigned char, 16> address_bytes(const sockaddr_storage& address) {
    std::array<unsigned char, 16> bytes{};
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 in6{};
        std::memcpy(&in6, &address, sizeof in6);
        std::memcpy(bytes.data(), &in6.sin6_addr, bytes.size());
        return bytes;
    }
    sockaddr_in in4{};
    std::memcpy(&in4, &address, sizeof in4);
    bytes[10] = bytes[11] = 0xFF;
    std::memcpy(bytes.data() + 12, &in4.sin_addr, 4);
    return bytes;
}

}  // namespace ordertrace
