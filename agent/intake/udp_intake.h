// The intake thread's loop: reads every listener's datagrams in bursts, takes what other ways in have handed over,
// lingers while traffic flows, keeps time.
// Owned and run by the intake thread; stop() and wake() may be called from any thread.
#pragma once

#include <poll.h>

#include <atomic>
#include <optional>
#include <vector>

#include "base/balance.h"
#include "base/unique_fd.h"
#include "intake/datagram_burst.h"
#include "intake/hand_over.h"
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
    // Reads a part of the parcel, so that no datagram waits long for a large one, and has it in the journal on return.
    // True when it has read all of it.
    virtual bool parcel(Parcel& parcel) = 0;
    // About once a second while there is anything to watch; `drops` as above, one for each listener.
    virtual void tick(TimePoint now, const std::vector<std::uint32_t>& drops) = 0;
    // When the next tick is needed though no datagram comes; none: sleep until one does.
    virtual std::optional<TimePoint> next_due() const = 0;
};

class UdpIntake {
public:
    // `listeners`: the number of each socket's listener; empty: they are numbered as they come. `hand_over`: none where
    // datagrams are the only way in; it outlives this.
    explicit UdpIntake(std::vector<UdpSocket> sockets, std::vector<std::size_t> listeners = {},
                       HandOver* hand_over = nullptr);

    // Returns after stop(): what the kernel held and the doors handed over by then has been read.
    void run(DatagramSink& sink);
    void stop();
    // Any thread: adds what the kernel has lost since `counters` was stored, so that a scrape needs no further
    // datagram.
    void add_unread_losses(IntakeCounters& counters) const;
    // Ends a wait at once, so that the sink's tick sees what changed.
    void wake();

private:
    bool read_all(DatagramSink& sink);
    bool read_socket(DatagramSink& sink, std::size_t index, TimePoint now);
    bool read_parcel(DatagramSink& sink);
    void tick_if_due(DatagramSink& sink, bool had_traffic);
    void wait(const DatagramSink& sink);
    const std::vector<std::uint32_t>& drops();

    std::vector<UdpSocket> sockets_;
    std::vector<std::size_t> listeners_;  // of each socket
    HandOver* hand_over_;
    std::optional<Parcel> parcel_;  // in hand, read in part
    DatagramBurst burst_;
    Duration linger_;
    UniqueFd wake_fd_;
    std::vector<pollfd> waits_;         // the sockets, wake_fd_, and the bell of the hand-over if there is one
    std::vector<std::uint32_t> drops_;  // of each listener, for a tick
    std::atomic<bool> stopping_{false};
    std::atomic<bool> woken_{false};
    bool drained_ = true;
    bool tick_pending_ = true;  // something happened since the last tick
    TimePoint last_tick_{};
};

TimePoint wall_clock();

}  // namespace ordertrace
