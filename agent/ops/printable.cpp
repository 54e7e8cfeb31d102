#include "ops/printable.h"

#include "base/text.h"

namespace ordertrace {
namespace {

// Bytes of the character at the front of `text`, 0 if there is no well-formed one.
std::size_t character_length(std::string_view text) {
    for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length)
        if (is_valid_utf8(text.substr(0, length))) return length;
    return 0;
}

bool is_control(std::string_view character) {
    const auto first = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) return first < 0x20 || first == 0x7F;
    return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;  // U+0080 to U+009F
}

void append_hex(std::string& out, std::string_view bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += "\\x";
        out += digits[byte >> 4U];
        out += digits[byte & 0x0FU];
    }
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto length = character_length(text);
        const auto character = text.substr(0, length == 0 ? 1 : length);
        if (length == 0 || is_control(character))
            append_hex(out, character);
        else
            out += character;
        text.remove_prefix(character.size());
    }
    return out;
}

std::string inert_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto length = character_length(text);
        const auto character = text.substr(0, length == 0 ? 1 : length);
        const bool is_c0 = static_cast<unsigned char>(character[0]) < 0x20;
        const bool keep = length != 0 && (is_c0 || !is_control(character));
        out += keep ? character : std::string_view{"\xEF\xBF\xBD"};
        text.remove_prefix(character.size());
    }
    return out;
}

}  // namespace ordertrace
