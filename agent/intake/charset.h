// Charsets: from the bytes of a line to valid UTF-8, by glibc's iconv. What a charset cannot mean becomes U+FFFD.
// Owned by an EventReader, intake thread. Bounds: at most `max_open` descriptors, the least recently used goes;
// unknown names are remembered too, so that a wrong `cs` on every line costs one look-up.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "intake/text_arena.h"

namespace ordertrace {

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";  // U+FFFD

class Charset {
public:
    explicit Charset(std::string_view name);
    ~Charset();
    Charset(const Charset&) = delete;
    Charset& operator=(const Charset&) = delete;

    const std::string& name() const { return name_; }
    bool known() const { return utf8_ || descriptor_ != nullptr; }
    bool is_utf8() const { return utf8_; }
    void append(std::string_view text, ArenaText& out) const;

private:
    std::string name_;
    bool utf8_;
    void* descriptor_ = nullptr;  // iconv_t
};

class Charsets {
public:
    static constexpr std::size_t max_open = 8;
    // Null if there is no such charset. Valid until max_open other names were asked for.
    const Charset* find(std::string_view name);

private:
    struct Slot {
        std::unique_ptr<Charset> charset;
        std::uint64_t used = 0;  // when it was last asked for, counted in calls
    };
    std::array<Slot, max_open> slots_;
    std::uint64_t calls_ = 0;
};

// Keeps what is well-formed; each byte that is not becomes U+FFFD.
void append_valid_utf8(std::string_view text, ArenaText& out);

// UTF-16, little endian, without its mark.
std::string_view utf16le_to_utf8(std::string_view bytes, TextArena& arena);

}  // namespace ordertrace
