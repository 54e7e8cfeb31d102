#include "intake/charset.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace ordertrace {
namespace {

constexpr std::size_t longest_name = 40;

// iconv gives `/` a meaning of its own (options, paths of modules): such a name is none.
bool is_charset_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.' || c == ':' || c == '+';
    });
}

// Of the character at the front of `text`; 0: there is none.
std::size_t valid_length(std::string_view text) {
    for (std::size_t length = 1; length <= std::min<std::size_t>(4, text.size()); ++length)
        if (is_valid_utf8(text.substr(0, length))) return length;
    return 0;
}

void append_code_point(char32_t c, ArenaText& out) {
    const auto tail = [&](unsigned shift) { return static_cast<char>(0x80U | (c >> shift & 0x3FU)); };
    if (c < 0x80) {
        out.add(static_cast<char>(c));
    } else if (c < 0x800) {
        out.add(static_cast<char>(0xC0U | c >> 6U));
        out.add(tail(0));
    } else if (c < 0x10000) {
        out.add(static_cast<char>(0xE0U | c >> 12U));
        out.add(tail(6));
        out.add(tail(0));
    } else {
        out.add(static_cast<char>(0xF0U | c >> 18U));
        out.add(tail(12));
        out.add(tail(6));
        out.add(tail(0));
    }
}

}  // namespace

Charset::Charset(std::string_view name)
    : name_{name}, utf8_{equals_ignore_case(name, "utf-8") || equals_ignore_case(name, "utf8")} {
    if (utf8_ || !is_charset_name(name)) return;
    const auto descriptor = ::iconv_open("UTF-8", name_.c_str());
    if (descriptor != reinterpret_cast<iconv_t>(-1)) descriptor_ = descriptor;
}

Charset::~Charset() {
    if (descriptor_ != nullptr) ::iconv_close(descriptor_);
}

void Charset::append(std::string_view text, ArenaText& out) const {
    if (utf8_) return append_valid_utf8(text, out);
    ::iconv(descriptor_, nullptr, nullptr, nullptr, nullptr);  // back to the initial shift state
    auto* in = const_cast<char*>(text.data());
    auto left = text.size();
    bool all_out = false;
    while (!all_out) {
        std::array<char, 512> piece;
        auto* to = piece.data();
        auto room = piece.size();
        const bool rest_only = left == 0;  // what the decoder still holds back
        const auto done = ::iconv(descriptor_, rest_only ? nullptr : &in, &left, &to, &room);
        const int why = done == static_cast<std::size_t>(-1) ? errno : 0;
        all_out = rest_only && why != E2BIG;
        const std::string_view given{piece.data(), piece.size() - room};
        // Under some of their names glibc passes on what is no UTF-8 any more, such as sequences of five bytes.
        is_valid_utf8(given) ? out.add(given) : append_valid_utf8(given, out);
        if (rest_only || why == 0 || why == E2BIG) continue;
        out.add(replacement_character);
        const auto skip = why == EILSEQ ? 1 : left;  // else the text ends within a character
        in += skip;
        left -= skip;
    }
}

const Charset* Charsets::find(std::string_view name) {
    if (name.size() > longest_name) return nullptr;
    const auto known = [](const Slot& slot) { return slot.charset->known() ? slot.charset.get() : nullptr; };
    ++calls_;
    auto* oldest = &slots_[0];
    for (auto& slot : slots_) {
        if (slot.charset && slot.charset->name() == name) {
            slot.used = calls_;
            return known(slot);
        }
        if (slot.used < oldest->used) oldest = &slot;
    }
    *oldest = {std::make_unique<Charset>(name), calls_};
    return known(*oldest);
}

void append_valid_utf8(std::string_view text, ArenaText& out) {
    while (!text.empty()) {
        const auto length = valid_length(text);
        out.add(length > 0 ? text.substr(0, length) : replacement_character);
        text.remove_prefix(length > 0 ? length : 1);
    }
}

std::string_view utf16le_to_utf8(std::string_view bytes, TextArena& arena) {
    ArenaText out{arena};
    const auto unit = [&](std::size_t i) {
        return static_cast<char32_t>(static_cast<unsigned char>(bytes[i]) | static_cast<unsigned char>(bytes[i + 1])
                                                                                << 8U);
    };
    std::size_t i = 0;
    for (; i + 1 < bytes.size(); i += 2) {
        auto c = unit(i);
        const bool leading = c >= 0xD800 && c < 0xDC00;
        const auto next = leading && i + 3 < bytes.size() ? unit(i + 2) : 0;
        if (next >= 0xDC00 && next < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10U) + (next - 0xDC00);
            i += 2;
        } else if (c >= 0xD800 && c < 0xE000) {
            c = 0xFFFD;
        }
        append_code_point(c, out);
    }
    if (i < bytes.size()) out.add(replacement_character);
    return out.view();
}

}  // namespace ordertrace
