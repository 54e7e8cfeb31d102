// Remembers the last `Capacity` entries for a while, findable by several 64-bit keys. Pure; owned by the intake thread.
// Bounds: `Capacity` entries (reserved with the first, touched as they come), one table of heads a key. Adding is O(1):
// an entry that falls out is not unlinked, a search that strays over its place into another chain finds nothing there.
// A search walks a hash chain from its newest entry, at most `max_steps`.
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
        if (entries_.empty()) prepare();
        const auto place = next_;
        next_ = static_cast<Place>((next_ + 1U) % Capacity);
        for (std::size_t which = 0; which < Keys; ++which) {
            const auto key = entry.key(which);
            auto& link = links_[which][place];
            link = {tag(key), 0};
            if (key == 0) continue;
            auto& head = heads_[which][bucket(key)];
            link.older = head;
            head = static_cast<Place>(place + 1);
        }
        if (place == entries_.size())
            entries_.push_back(entry);
        else
            entries_[place] = entry;
    }

    // What find() will look at first, on its way into the cache while the caller does something else.
    void prefetch(std::size_t which, std::uint64_t key) const {
        if (!entries_.empty()) __builtin_prefetch(&heads_[which][bucket(key)]);
    }

    // The newest entry of that key, seen not before `since`, that `accept` takes; nullptr if there is none.
    template <class Accept>
    const Entry* find(std::size_t which, std::uint64_t key, TimePoint since, Accept accept) const {
        if (key == 0 || entries_.empty()) return nullptr;
        Place at = heads_[which][bucket(key)];
        std::size_t age = 0;  // of the place before
        for (unsigned step = 0; step < max_steps && at != 0; ++step) {
            const auto place = at - 1U;
            const auto aged = (next_ + Capacity - 1 - place) % Capacity + 1;
            // A chain goes from newer to older; where it does not, the place was used again.
            if (aged <= age) return nullptr;
            const auto& link = links_[which][place];
            if (link.tag == tag(key)) {
                const auto& entry = entries_[place];
                if (entry.key(which) == key && entry.seen >= since && accept(entry)) return &entry;
            }
            age = aged;
            at = link.older;
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

    // Apart from the entries: a search that ends in nothing, as nearly all do, stays in these few kilobytes. Measured:
    // a tenth of what a span line costs.
    struct Link {
        std::uint16_t tag = 0;  // a part of the key that `bucket` leaves out
        Place older = 0;        // the entry added before it to the same bucket; once that is gone, any other
    };

    // With the first entry: an agent that needs no such memory does not pay for it.
    void prepare() {
        entries_.reserve(Capacity);
        for (auto& links : links_) links.resize(Capacity);
        for (auto& heads : heads_) heads.assign(head_count, 0);
    }

    static std::size_t bucket(std::uint64_t key) { return key % head_count; }
    static std::uint16_t tag(std::uint64_t key) { return static_cast<std::uint16_t>(key >> 48U); }

    std::vector<Entry> entries_;
    std::array<std::vector<Link>, Keys> links_;
    std::array<std::vector<Place>, Keys> heads_;
    Place next_ = 0;  // where the next entry goes
};

}  // namespace ordertrace
