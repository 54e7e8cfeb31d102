#include "intake/hand_over.h"

#include <sys/eventfd.h>

#include <utility>

namespace ordertrace {

HandOver::HandOver() : bell_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}

bool HandOver::put(Parcel& parcel) {
    {
        const std::lock_guard lock{mutex_};
        if (bytes_ + parcel.text.size() > max_bytes) return false;
        bytes_ += parcel.text.size();
        parcels_.push_back(std::move(parcel));
        waiting_.store(parcels_.size(), std::memory_order_relaxed);
    }
    ::eventfd_write(bell_.get(), 1);
    return true;
}

std::optional<Parcel> HandOver::take() {
    const std::lock_guard lock{mutex_};
    if (parcels_.empty()) return std::nullopt;
    std::optional<Parcel> parcel{std::move(parcels_.front())};
    parcels_.pop_front();
    bytes_ -= parcel->text.size();
    waiting_.store(parcels_.size(), std::memory_order_relaxed);
    return parcel;
}

void HandOver::heard() {
    eventfd_t ignored = 0;
    ::eventfd_read(bell_.get(), &ignored);
}

}  // namespace ordertrace
