#include "orders/sentence.h"

#include <algorithm>

#include "orders/sentence_languages.h"

namespace ordertrace {
namespace {

constexpr std::size_t max_abbreviation = 3;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

}  // namespace

std::string sentence(const Verdict& verdict, std::string_view order, TimePoint now, Language language) {
    return language == Language::russian ? russian_sentence(verdict, order, now)
                                         : english_sentence(verdict, order, now);
}

std::string system_text(std::string_view system) {
    std::string text{system};
    if (system.size() > max_abbreviation || !std::all_of(system.begin(), system.end(), is_lower)) return text;
    for (char& c : text) c = static_cast<char>(c - 'a' + 'A');
    return text;
}

std::string short_note(std::string_view note) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < note.size(); ++i)
        if (begins_character(note[i]) && ++characters > max_note_characters)
            return std::string{note.substr(0, i)} + "…";
    return std::string{note};
}

std::string listed(const std::vector<std::string>& names, std::string_view last_separator) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? last_separator : ", ";
        text += names[i];
    }
    return text;
}

VerdictKind place_of(const Verdict& verdict) {
    return verdict.kind == VerdictKind::blind ? verdict.blinded : verdict.kind;
}

bool has_limit(const Verdict& verdict) { return verdict.limit.has_value() && *verdict.limit > Duration::zero(); }

}  // namespace ordertrace
