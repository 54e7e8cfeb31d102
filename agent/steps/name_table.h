// A bounded table of names learned from events: steps, systems. A name keeps its place for ever; what comes after the
// table is full, has more than 128 bytes, or is called `other` shares the place `Capacity`.
// Written by one thread. Any thread may read size() and the names below it without a lock: a name never changes
// once it is counted, and the count is published after it. No allocation.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <xxhash.h>

namespace ordertrace {

template <std::size_t Capacity>
class NameTable {
public:
    static constexpr std::size_t other = Capacity;
    static constexpr std::size_t max_name_bytes = 128;

    // Writer only.
    std::size_t place_of(std::string_view name) {
        if (name == last_name()) return last_;
        if (name.size() > max_name_bytes || name.empty() || name == "other") return other;
        auto slot = XXH3_64bits(name.data(), name.size()) % slot_count;
        for (; slots_[slot] != 0; slot = (slot + 1) % slot_count)
            if (this->name(slots_[slot] - 1U) == name) return last_ = slots_[slot] - 1U;
        const auto count = size_.load(std::memory_order_relaxed);
        if (count == Capacity) return other;
        std::memcpy(names_[count].bytes.data(), name.data(), name.size());
        names_[count].size = static_cast<std::uint8_t>(name.size());
        slots_[slot] = static_cast<std::uint16_t>(count + 1);
        size_.store(count + 1, std::memory_order_release);
        return last_ = count;
    }

    // Any thread.
    std::size_t size() const { return size_.load(std::memory_order_acquire); }
    std::string_view name(std::size_t place) const {
        if (place >= Capacity) return "other";
        return {names_[place].bytes.data(), names_[place].size};
    }

private:
    static constexpr std::size_t slot_count = std::bit_ceil(Capacity * 2);

    struct Name {
        std::array<char, max_name_bytes> bytes;
        std::uint8_t size;
    };

    std::string_view last_name() const { return size() == 0 ? std::string_view{} : name(last_); }

    std::array<Name, Capacity> names_{};
    std::array<std::uint16_t, slot_count> slots_{};  // open addressing; place + 1, 0: free
    std::atomic<std::size_t> size_{0};
    std::size_t last_ = 0;  // most events name the step or system of the one before
};

}  // namespace ordertrace
