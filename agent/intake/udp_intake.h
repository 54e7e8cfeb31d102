// The intake thread's loop: reads every listener's datagrams in bursts, lingers while traffic flows, keeps time.
// Owned and run by the intake thread; stop() and wake() may be called from any thread.
#pragma once

#include <poll.h>

#include <atomic>
#include <optional>
#include <vector>

#include "base/balance.h"
#include "base/unique_fd.h"
#include "intake/datagram_burst.h"
#include "intake/udp_socket.h"

namespace ordertrace {

// What the loop feeds. An interface because the loop is tested without the rooms behind it.
class DatagramSink {
public:
    virtual ~DatagramSink() = default;
    // `arrived`: when the kernel took it.
    virtual void datagram(std::size_t listener, std::string_view bytes, const sockaddr_storage& sender,
                          TimePoint arrived) = 0;
    // After at most 64 datagrams of one listener. `drops`: its kernel loss counter if the burst drained the socket.
    virtual void burst_end(std::size_t listener, std::size_t datagrams, std::optional<std::uint32_t> drops) = 0;
    // About once a second while there is anything to watch; `drops` as above, one for each listener.
    virtual void tick(TimePoint now, const std::vector<std::uint32_t>& drops) = 0;
    // When the next tick is needed though no datagram comes; none: sleep until one does.
    virtual std::optional<TimePoint> next_due() const = 0;
};

class UdpIntake {
public:
    explicit UdpIntake(std::vector<UdpSocket> sockets);

    // Returns after stop(): what the kernel held by then has been read.
    void run(DatagramSink& sink);
    void stop();
    // Any thread: adds what the kernel has lost since `counters` was stored, so that a scrape needs no further
    // datagram.
    void add_unread_losses(IntakeCounters& counters) const;
    // Ends a wait at once, so that the sink's tick sees what changed.
    void wake();

private:
    bool read_all(DatagramSink& sink);
    bool read_listener(DatagramSink& sink, std::size_t listener, TimePoint now);
    void tick_if_due(DatagramSink& sink, bool had_traffic);
    void wait(const DatagramSink& sink);
    const std::vector<std::uint32_t>& drops();

    std::vector<UdpSocket> sockets_;
    DatagramBurst burst_;
    Duration linger_;
    UniqueFd wake_fd_;
    std::vector<pollfd> waits_;         // the sockets, then wake_fd_
    std::vector<std::uint32_t> drops_;  // of each socket, for a tick
    std::atomic<bool> stopping_{false};
    std::atomic<bool> woken_{false};
    bool drained_ = true;
    bool tick_pending_ = true;  // something happened since the last tick
    TimePoint last_tick_{};
};

TimePoint wall_clock();

}  // namespace ordertrace
