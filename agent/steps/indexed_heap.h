// A binary min-heap of slot numbers whose members can be moved and taken out anywhere: O(log n), no scan.
// Pure; owned by OpenSteps. `Order` knows the slots: `before(a, b)` and `position(a)`, where the heap keeps a's place.
#pragma once

#include <cstdint>
#include <vector>

namespace ordertrace {

template <class Order>
class IndexedHeap {
public:
    explicit IndexedHeap(Order order) : order_{order} {}

    bool empty() const { return members_.empty(); }
    std::uint32_t front() const { return members_.front(); }

    void push(std::uint32_t member) {
        members_.push_back(member);
        order_.position(member) = static_cast<std::uint32_t>(members_.size() - 1);
        rise(members_.size() - 1);
    }

    void erase(std::uint32_t member) {
        const std::size_t at = order_.position(member);
        const auto last = members_.back();
        members_.pop_back();
        if (last == member) return;
        put(at, last);
        moved(last);
    }

    // What orders `member` has changed.
    void moved(std::uint32_t member) {
        rise(order_.position(member));
        sink(order_.position(member));
    }

private:
    void put(std::size_t at, std::uint32_t member) {
        members_[at] = member;
        order_.position(member) = static_cast<std::uint32_t>(at);
    }

    void rise(std::size_t at) {
        const auto member = members_[at];
        for (; at > 0 && order_.before(member, members_[(at - 1) / 2]); at = (at - 1) / 2)
            put(at, members_[(at - 1) / 2]);
        put(at, member);
    }

    void sink(std::size_t at) {
        const auto member = members_[at];
        for (std::size_t child = 2 * at + 1; child < members_.size(); child = 2 * at + 1) {
            if (child + 1 < members_.size() && order_.before(members_[child + 1], members_[child])) ++child;
            if (!order_.before(members_[child], member)) break;
            put(at, members_[child]);
            at = child;
        }
        put(at, member);
    }

    Order order_;
    std::vector<std::uint32_t> members_;
};

}  // namespace ordertrace
