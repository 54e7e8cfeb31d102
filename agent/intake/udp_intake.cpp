#include "intake/udp_intake.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <numeric>
#include <thread>
#include <utility>

#include "intake/linger.h"

namespace ordertrace {
namespace {

constexpr Duration tick_every = std::chrono::seconds{1};
// A listener under a flood gives way to the others and to the clock after this many bursts.
constexpr int bursts_a_turn = 64;

Duration shortest_linger(const std::vector<UdpSocket>& sockets) {
    Duration linger = Duration::max();
    for (const auto& socket : sockets) linger = std::min(linger, linger_for(socket.receive_buffer()));
    return sockets.empty() ? Duration{0} : linger;
}

std::vector<std::size_t> numbered(std::vector<std::size_t> listeners, std::size_t sockets) {
    if (listeners.empty()) {
        listeners.resize(sockets);
        std::iota(listeners.begin(), listeners.end(), std::size_t{0});
    }
    return listeners;
}

}  // namespace

TimePoint wall_clock() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

UdpIntake::UdpIntake(std::vector<UdpSocket> sockets, std::vector<std::size_t> listeners, HandOver* hand_over)
    : sockets_{std::move(sockets)},
      listeners_{numbered(std::move(listeners), sockets_.size())},
      hand_over_{hand_over},
      linger_{shortest_linger(sockets_)},
      wake_fd_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
      drops_(listeners_.empty() ? 0 : *std::max_element(listeners_.begin(), listeners_.end()) + 1) {
    for (const auto& socket : sockets_) waits_.push_back({.fd = socket.fd(), .events = POLLIN, .revents = 0});
    waits_.push_back({.fd = wake_fd_.get(), .events = POLLIN, .revents = 0});
    if (hand_over_ != nullptr) waits_.push_back({.fd = hand_over_->bell(), .events = POLLIN, .revents = 0});
}

void UdpIntake::run(DatagramSink& sink) {
    while (!stopping_.load(std::memory_order_acquire)) {
        const bool datagrams = read_all(sink);
        const bool parcel = read_parcel(sink);
        tick_if_due(sink, datagrams || parcel);
        if (!datagrams && !parcel)
            wait(sink);
        else if (drained_ && !parcel)
            std::this_thread::sleep_for(linger_);
    }
    while (read_parcel(sink)) {}
    const auto enough = wall_clock() + std::chrono::seconds{1};  // a flood must not keep a stopping agent
    while (read_all(sink) && wall_clock() < enough) {}
    sink.tick(wall_clock(), drops());
}

void UdpIntake::stop() {
    stopping_.store(true, std::memory_order_release);
    wake();
}

void UdpIntake::add_unread_losses(IntakeCounters& counters) const {
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
        const auto known = static_cast<std::uint32_t>(counters.kernel[listeners_[i]].drops);
        // The counter wraps, and may be read here before a burst that is being counted: then it is not behind.
        counters.datagrams_lost_in_kernel += static_cast<std::uint32_t>(sockets_[i].kernel_drops() - known);
    }
}

void UdpIntake::wake() {
    woken_.store(true, std::memory_order_release);
    ::eventfd_write(wake_fd_.get(), 1);
}

bool UdpIntake::read_all(DatagramSink& sink) {
    bool any = false;
    drained_ = true;
    for (std::size_t i = 0; i < sockets_.size(); ++i) any |= read_socket(sink, i, wall_clock());
    return any;
}

bool UdpIntake::read_socket(DatagramSink& sink, std::size_t index, TimePoint now) {
    const auto& socket = sockets_[index];
    const auto listener = listeners_[index];
    for (int turn = 0; turn < bursts_a_turn; ++turn) {
        const auto count = burst_.receive(socket.fd());
        if (count == 0) return turn > 0;
        if (turn > 0) now = wall_clock();
        for (std::size_t i = 0; i < count; ++i) sink.datagram(listener, burst_.datagram(i), burst_.sender(i), now);
        const bool drained = count < DatagramBurst::max_datagrams;
        sink.burst_end(listener, count, drained ? std::optional{socket.kernel_drops()} : std::nullopt);
        if (drained) return true;
    }
    drained_ = false;
    return true;
}

// A part of what the doors have handed over. False if there is nothing.
bool UdpIntake::read_parcel(DatagramSink& sink) {
    if (hand_over_ == nullptr || (!parcel_ && !hand_over_->any())) return false;
    if (!parcel_) parcel_ = hand_over_->take();
    if (!parcel_) return false;
    if (sink.parcel(*parcel_)) {
        const auto read = std::exchange(parcel_, std::nullopt);
        read->done(read->outcome);
    }
    return true;
}

void UdpIntake::tick_if_due(DatagramSink& sink, bool had_traffic) {
    tick_pending_ |= had_traffic;
    const auto now = wall_clock();
    const bool woken = woken_.exchange(false, std::memory_order_acquire);
    const auto due = sink.next_due();
    const bool second_over = now >= last_tick_ + tick_every || now < last_tick_;  // a clock set back ticks at once
    if (!woken && !(second_over && (tick_pending_ || (due && *due <= now)))) return;
    last_tick_ = now;
    tick_pending_ = had_traffic;  // once more after the last burst: a loss may show only then
    sink.tick(now, drops());
    if (!had_traffic) burst_.shrink();
}

void UdpIntake::wait(const DatagramSink& sink) {
    std::optional<TimePoint> until = sink.next_due();
    if (tick_pending_) until = last_tick_ + tick_every;
    if (until) until = std::max(*until, last_tick_ + tick_every);
    int timeout = -1;
    if (until) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - wall_clock());
        timeout = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
    }
    ::poll(waits_.data(), waits_.size(), timeout);
    if (waits_[sockets_.size()].revents != 0) {
        eventfd_t ignored = 0;
        ::eventfd_read(wake_fd_.get(), &ignored);
    }
    if (hand_over_ != nullptr && waits_.back().revents != 0) hand_over_->heard();
}

const std::vector<std::uint32_t>& UdpIntake::drops() {
    for (std::size_t i = 0; i < sockets_.size(); ++i) drops_[listeners_[i]] = sockets_[i].kernel_drops();
    return drops_;
}

}  // namespace ordertrace
