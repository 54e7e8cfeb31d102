#include "intake/line_text.h"

#include <cstdint>
#include <cstring>

#include "base/text.h"
#include "intake/order_id.h"

namespace ordertrace {
namespace {

// What is masked may be a little longer than what is kept, so that a number at the edge is still seen whole.
constexpr std::size_t edge = 64;

bool is_ascii_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; }
bool is_line_control(char c) { return c == '\n' || c == '\r' || c == '\t'; }

// U+0080 to U+009F
bool begins_c1_control(std::string_view text) {
    return text.size() > 1 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0;
}

}  // namespace

bool is_plain_ascii(std::string_view text) {
    constexpr std::uint64_t high = 0x8080808080808080U;
    constexpr std::uint64_t ones = 0x0101010101010101U;
    std::size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + i, 8);
        const auto below_blank = (word - ones * 0x20U) & ~word;  // borrows only ever claim too much
        const auto deleted = (word ^ ones * 0x7FU) - ones;
        if (((word | below_blank | deleted) & high) != 0) return false;
    }
    for (; i < text.size(); ++i)
        if (text[i] < ' ' || text[i] > '~') return false;
    return true;
}

std::string_view LineText::to_utf8(std::string_view text) {
    if (charset_ == nullptr || text.empty()) return text;
    ArenaText out{arena_};
    charset_->append(text, out);
    return out.view();
}

std::string_view LineText::without_controls(std::string_view text, Controls keep) {
    const auto offends = [&](std::size_t i) {
        if (is_ascii_control(text[i])) return keep == Controls::none || !is_line_control(text[i]);
        return begins_c1_control(text.substr(i));
    };
    if (harmless_) return text;
    std::size_t first = 0;
    while (first < text.size() && !offends(first)) ++first;
    if (first == text.size()) return text;
    ArenaText out{arena_};
    out.add(text.substr(0, first));
    for (std::size_t i = first; i < text.size(); ++i) {
        if (!offends(i)) {
            out.add(text[i]);
            continue;
        }
        out.add(replacement_character);
        if (text[i] == '\xC2') ++i;
    }
    return out.view();
}

std::string_view LineText::limited(std::string_view text, std::size_t limit) {
    const auto kept = cut_utf8(text, limit);
    cut_ = cut_ || kept.size() < text.size();
    return kept;
}

std::string_view LineText::name(std::string_view text, std::size_t limit) {
    return limited(without_controls(to_utf8(text), Controls::none), limit);
}

std::string_view LineText::id(std::string_view text) {
    return without_controls(trim_space(to_utf8(text)), Controls::none);
}

std::string_view LineText::value(std::string_view text, const Redactor& redactor, std::size_t limit) {
    const auto clean = without_controls(limited(to_utf8(text), limit + edge), Controls::none);
    return limited(redactor.masked(clean, arena_), limit);
}

std::string_view LineText::prose(std::string_view text, const Redactor& redactor) {
    const auto clean = without_controls(limited(to_utf8(text), max_note + edge), Controls::of_lines);
    return limited(redactor.masked(clean, arena_), max_note);
}

std::string_view LineText::note(std::string_view utf8, const Redactor& redactor) {
    const auto clean = without_controls(limited(utf8, max_note + edge), Controls::of_lines);
    return limited(redactor.note(clean, arena_), max_note);
}

}  // namespace ordertrace
