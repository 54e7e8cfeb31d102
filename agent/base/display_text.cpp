#include "base/display_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "base/text.h"

namespace ordertrace {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Unicode 15 East Asian Width W and F, by blocks.
constexpr std::array<Range, 12> wide{{{0x1100, 0x115F},
                                      {0x2E80, 0x303E},
                                      {0x3041, 0xA4CF},
                                      {0xA960, 0xA97C},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0xFFE0, 0xFFE6},
                                      {0x1F300, 0x1F64F},
                                      {0x1F900, 0x1FAFF},
                                      {0x20000, 0x3FFFD}}};
// Marks drawn over the character before them (Mn, Me of the scripts an order is likely to carry).
constexpr std::array<Range, 7> combining{{{0x0300, 0x036F},
                                          {0x0483, 0x0489},
                                          {0x0591, 0x05BD},
                                          {0x064B, 0x065F},
                                          {0x1AB0, 0x1AFF},
                                          {0x20D0, 0x20FF},
                                          {0xFE00, 0xFE0F}}};
// Controls, line separators, direction marks and what is not drawn at all (Cc, Zl, Zp, Cf).
constexpr std::array<Range, 11> dangerous{{{0x0000, 0x001F},
                                           {0x007F, 0x009F},
                                           {0x00AD, 0x00AD},
                                           {0x061C, 0x061C},
                                           {0x180E, 0x180E},
                                           {0x200B, 0x200F},
                                           {0x2028, 0x202E},
                                           {0x2060, 0x206F},
                                           {0xFEFF, 0xFEFF},
                                           {0xFFF9, 0xFFFB},
                                           {0xE0000, 0xE0FFF}}};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t c) {
    return std::any_of(ranges.begin(), ranges.end(), [c](const Range& r) { return c >= r.first && c <= r.last; });
}

// The bytes of the character at the front, empty if they are no UTF-8.
std::string_view front_character(std::string_view text) {
    for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length)
        if (is_valid_utf8(text.substr(0, length))) return text.substr(0, length);
    return {};
}

char32_t code_point(std::string_view character) {
    const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(character[i])); };
    static constexpr std::array<char32_t, 5> lead_mask{0, 0x7F, 0x1F, 0x0F, 0x07};
    char32_t value = byte(0) & lead_mask.at(character.size());
    for (std::size_t i = 1; i < character.size(); ++i) value = (value << 6U) | (byte(i) & 0x3FU);
    return value;
}

std::string hex(char32_t value, std::size_t digits) {
    std::string out;
    for (; value != 0 || out.size() < digits; value >>= 4U) out.insert(out.begin(), "0123456789abcdef"[value & 0xFU]);
    return out;
}

std::string escaped(char32_t c) {
    if (c == '\n') return "\\n";
    if (c == '\r') return "\\r";
    if (c == '\t') return "\\t";
    if (c < 0x80) return "\\x" + hex(c, 2);
    return "\\u{" + hex(c, 1) + "}";
}

std::size_t width_of(char32_t c) {
    if (is_in(combining, c)) return 0;
    return is_in(wide, c) ? 2 : 1;
}

}  // namespace

std::string make_inert(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto character = front_character(text);
        if (character.empty()) {
            out += "\\x" + hex(static_cast<unsigned char>(text.front()), 2);
            text.remove_prefix(1);
            continue;
        }
        const auto c = code_point(character);
        if (is_in(dangerous, c))
            out += escaped(c);
        else
            out += character;
        text.remove_prefix(character.size());
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const auto character = front_character(text);
        columns += character.empty() ? 1 : width_of(code_point(character));
        text.remove_prefix(std::max<std::size_t>(character.size(), 1));
    }
    return columns;
}

std::string fit(std::string_view text, std::size_t columns) {
    if (display_width(text) <= columns) return std::string{text};
    std::string out;
    std::size_t used = 1;  // the "…"
    while (!text.empty()) {
        const auto character = text.substr(0, std::max<std::size_t>(front_character(text).size(), 1));
        used += display_width(character);
        if (used > columns) break;
        out += character;
        text.remove_prefix(character.size());
    }
    return out + "…";
}

}  // namespace ordertrace
