// Memory for the texts of one event that differ from the bytes received: unescaped, converted, masked.
// Owned by an EventReader, used by the intake thread only. Bounds: 1 MiB of address space taken once, of which only
// what texts fill is ever touched; a text that does not fit is cut and `overflowed()` says so.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace ordertrace {

class TextArena {
public:
    static constexpr std::size_t capacity = 1U << 20U;

    TextArena() : bytes_{new char[capacity]} {}

    // Every view given out before is void from here on.
    void clear() {
        used_ = 0;
        overflowed_ = false;
    }
    bool overflowed() const { return overflowed_; }

private:
    friend class ArenaText;
    std::unique_ptr<char[]> bytes_;
    std::size_t used_ = 0;
    bool overflowed_ = false;
};

// A text that grows at the arena's end. At most one grows at a time.
class ArenaText {
public:
    explicit ArenaText(TextArena& arena) : arena_{arena}, begin_{arena.used_} {}

    void add(char c) {
        if (arena_.used_ < TextArena::capacity)
            arena_.bytes_[arena_.used_++] = c;
        else
            arena_.overflowed_ = true;
    }
    void add(std::string_view text) {
        const auto size = std::min(text.size(), TextArena::capacity - arena_.used_);
        if (size < text.size()) arena_.overflowed_ = true;
        if (size > 0) std::memcpy(arena_.bytes_.get() + arena_.used_, text.data(), size);
        arena_.used_ += size;
    }
    std::size_t size() const { return arena_.used_ - begin_; }
    std::string_view view() const { return {arena_.bytes_.get() + begin_, size()}; }

private:
    TextArena& arena_;
    std::size_t begin_;
};

}  // namespace ordertrace
