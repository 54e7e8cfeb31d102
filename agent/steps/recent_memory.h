// Remembers the last `Capacity` entries for a while, findable by several 64-bit keys. Pure; owned by the intake thread.
// Bounds: `Capacity` entries (reserved with the first, touched as they come), one table of heads a key. Adding is O(1):
// an entry that falls out is not unlinked, links to its place are recognised as stale. A search walks one hash chain
// from its newest entry, at most `max_steps`.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace ordertrace {

// Entry has `std::uint64_t key(std::size_t which) const` (0: not findable by it) and `TimePoint seen`.
template <class Entry, std::size_t Keys, std::size_t Capacity>
class RecentMemory {
public:
    static constexpr unsigned max_steps = 64;

    void add(const Entry& entry) {
        if (slots_.empty()) prepare();
        const auto place = static_cast<Place>(last_ % Capacity);
        Slot slot{entry, ++last_, {}};
        for (std::size_t which = 0; which < Keys; ++which) {
            if (entry.key(which) == 0) continue;
            auto& head = heads_[which][bucket(entry.key(which))];
            slot.older[which] = head;
            head = static_cast<Place>(place + 1);
        }
        if (place == slots_.size())
            slots_.push_back(slot);
        else
            slots_[place] = slot;
    }

    // The newest entry of that key, seen not before `since`, that `accept` takes; nullptr if there is none.
    template <class Accept>
    const Entry* find(std::size_t which, std::uint64_t key, TimePoint since, Accept accept) const {
        if (key == 0 || slots_.empty()) return nullptr;
        auto number = last_ + 1;
        Place next = heads_[which][bucket(key)];
        for (unsigned step = 0; step < max_steps && next != 0; ++step) {
            const auto& slot = slots_[next - 1U];
            // A chain goes from newer to older within its bucket; where it does not, the place was used again.
            if (slot.number >= number || bucket(slot.entry.key(which)) != bucket(key)) return nullptr;
            if (slot.entry.key(which) == key && slot.entry.seen >= since && accept(slot.entry)) return &slot.entry;
            number = slot.number;
            next = slot.older[which];
        }
        return nullptr;
    }
    const Entry* find(std::size_t which, std::uint64_t key, TimePoint since) const {
        return find(which, key, since, [](const Entry&) { return true; });
    }

private:
    using Place = std::uint16_t;  // index + 1, 0: none
    static_assert(Capacity < 65535);
    // Twice as many as entries: most searches end at an empty head.
    static constexpr std::size_t head_count = 2 * std::bit_ceil(Capacity);

    struct Slot {
        Entry entry;
        std::uint64_t number;
        std::array<Place, Keys> older;  // the entry added before it to the same bucket
    };

    // With the first entry: an agent that needs no such memory does not pay for it.
    void prepare() {
        slots_.reserve(Capacity);
        for (auto& heads : heads_) heads.assign(head_count, 0);
    }

    static std::size_t bucket(std::uint64_t key) { return key % head_count; }

    std::vector<Slot> slots_;
    std::array<std::vector<Place>, Keys> heads_;
    std::uint64_t last_ = 0;  // entries are numbered from 1
};

}  // namespace ordertrace
