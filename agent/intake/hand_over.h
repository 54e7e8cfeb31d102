// The one way from the doors to the intake thread: parcels wait here until intake has time for them.
// Owned by the app; doors put on the delivery thread, the intake thread takes. A mutex guards the queue; intake asks
// for it only while something waits, so that a loop with nothing but datagrams pays one relaxed load a turn.
// Bound: `max_bytes` of text. A door that finds it full stops reading its sender.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

#include "base/unique_fd.h"
#include "intake/parcel.h"

namespace ordertrace {

class HandOver {
public:
    static constexpr std::size_t max_bytes = 4U << 20U;

    HandOver();

    // False if there is no room: the parcel is left as it is then.
    bool put(Parcel& parcel);
    // The oldest one.
    std::optional<Parcel> take();

    bool any() const { return waiting_.load(std::memory_order_relaxed) != 0; }
    // An eventfd that is rung by each put; to be polled by intake, which calls `heard` then.
    int bell() const { return bell_.get(); }
    void heard();

private:
    UniqueFd bell_;
    std::atomic<std::size_t> waiting_{0};
    std::mutex mutex_;
    std::deque<Parcel> parcels_;
    std::size_t bytes_ = 0;
};

}  // namespace ordertrace
