// One UDP listener's socket: bound by us or inherited from a service manager, sized, non-blocking.
// Owned by the intake thread; kernel_drops() may be asked from any thread.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/unique_fd.h"
#include "settings/agent_settings.h"

namespace ordertrace {

class UdpSocket {
public:
    static Result<UdpSocket> bind(const ListenerSettings& settings);
    // A socket of socket activation; it must be an UDP socket.
    static Result<UdpSocket> adopt(UniqueFd fd, const ListenerSettings& settings);

    int fd() const { return fd_.get(); }
    // What the kernel grants for waiting datagrams, bookkeeping included (twice what was asked, socket(7)).
    std::uint64_t receive_buffer() const { return receive_buffer_; }
    // Datagrams the kernel threw away since the socket exists; u32 and wraps (SO_MEMINFO, SK_MEMINFO_DROPS).
    std::uint32_t kernel_drops() const;
    // Tells sockets apart for as long as the host runs (SO_COOKIE).
    std::uint64_t cookie() const;
    Endpoint local() const;

private:
    explicit UdpSocket(UniqueFd fd) : fd_{std::move(fd)} {}
    void prepare(std::uint64_t wanted_buffer);

    UniqueFd fd_;
    std::uint64_t receive_buffer_ = 0;
};

// The listener's socket among the inherited ones, by its bound address; none if it is not there.
bool is_bound_to(int fd, const Endpoint& endpoint);

}  // namespace ordertrace
