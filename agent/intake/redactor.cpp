#include "intake/redactor.h"

#include <algorithm>
#include <array>

#include "base/glob.h"
#include "intake/numbers.h"

namespace ordertrace {
namespace {

using Mask = AttributeSettings::Mask;
constexpr std::string_view hidden = "***";
constexpr std::size_t shortest_card = 13;
constexpr std::size_t longest_card = 19;
constexpr std::size_t longest_phone = 15;  // E.164

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

bool is_local_character(char c) {
    return is_word_character(c) || std::string_view{"._%+-"}.find(c) != std::string_view::npos;
}
bool is_host_character(char c) { return is_word_character(c) || c == '.' || c == '-'; }

bool passes_luhn(std::string_view digits) {
    unsigned sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        auto digit = static_cast<unsigned>(digits[digits.size() - 1 - i] - '0');
        if (i % 2 == 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

std::size_t length_of(Mask mask, std::string_view text, char before) {
    switch (mask) {
        case Mask::card_number: return card_number_length(text, before);
        case Mask::email: return email_length(text, before);
        case Mask::phone: return phone_length(text, before);
    }
    return 0;
}

template <class Masks>
std::size_t hidden_length(const Masks& masks, std::string_view text, char before) {
    std::size_t longest = 0;
    for (const auto mask : masks) longest = std::max(longest, length_of(mask, text, before));
    return longest;
}

// The text itself as long as there is nothing to hide.
template <class Masks>
std::string_view hide(const Masks& masks, std::string_view text, TextArena& arena) {
    const auto length_at = [&](std::size_t i) {
        return hidden_length(masks, text.substr(i), i > 0 ? text[i - 1] : ' ');
    };
    std::size_t first = 0;
    while (first < text.size() && length_at(first) == 0) ++first;
    if (first == text.size()) return text;
    ArenaText out{arena};
    out.add(text.substr(0, first));
    for (std::size_t i = first; i < text.size();) {
        const auto length = length_at(i);
        out.add(length > 0 ? hidden : text.substr(i, 1));
        i += std::max<std::size_t>(length, 1);
    }
    return out.view();
}

}  // namespace

Redactor::Redactor(AttributeSettings settings)
    : settings_{std::move(settings)},
      allows_all_{std::find(settings_.allow.begin(), settings_.allow.end(), "*") != settings_.allow.end()} {}

bool Redactor::allows(std::string_view attribute) const {
    return allows_all_ || std::any_of(settings_.allow.begin(), settings_.allow.end(),
                                      [&](const auto& glob) { return matches_glob(glob, attribute); });
}

std::string_view Redactor::masked(std::string_view text, TextArena& arena) const {
    return settings_.mask.empty() ? text : hide(settings_.mask, text, arena);
}

std::string_view Redactor::note(std::string_view text, TextArena& arena) const {
    static constexpr std::array every_mask{Mask::card_number, Mask::email, Mask::phone};
    switch (settings_.notes) {
        case AttributeSettings::Notes::keep: return masked(text, arena);
        case AttributeSettings::Notes::mask: return hide(every_mask, text, arena);
        case AttributeSettings::Notes::drop: return {};
    }
    return {};
}

std::size_t card_number_length(std::string_view text, char before) {
    if (text.empty() || !is_digit(text.front()) || is_digit(before)) return 0;
    std::array<char, longest_card> digits{};
    std::size_t count = 0;
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_digit(text[i])) {
            if (count == longest_card) break;
            digits[count++] = text[i];
            const bool ends = i + 1 == text.size() || !is_digit(text[i + 1]);
            if (ends && count >= shortest_card && passes_luhn({digits.data(), count})) length = i + 1;
        } else if ((text[i] != ' ' && text[i] != '-') || !is_digit(text[i - 1])) {
            break;
        }
    }
    return length;
}

std::size_t email_length(std::string_view text, char before) {
    if (text.empty() || !is_local_character(text.front()) || is_local_character(before)) return 0;
    const auto at =
        static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_local_character) - text.begin());
    if (at == text.size() || text[at] != '@') return 0;
    const auto host = text.substr(at + 1);
    auto end = static_cast<std::size_t>(std::find_if_not(host.begin(), host.end(), is_host_character) - host.begin());
    while (end > 0 && !is_word_character(host[end - 1])) --end;  // a full stop after the address
    const auto dot = host.substr(0, end).rfind('.');
    if (dot == std::string_view::npos || dot == 0 || end - dot < 3) return 0;
    return at + 1 + end;
}

std::size_t phone_length(std::string_view text, char before) {
    if (text.empty() || is_word_character(before) || std::string_view{"+-.:"}.find(before) != std::string_view::npos)
        return 0;
    const bool international = text.front() == '+';
    if (!international && text.front() != '(' && !is_digit(text.front())) return 0;
    std::size_t count = 0;
    std::size_t groups = 0;
    bool area_code = false;
    std::size_t end = 0;
    for (std::size_t i = international ? 1 : 0; i < text.size(); ++i) {
        if (is_digit(text[i])) {
            if (end != i || count == 0) ++groups;
            if (++count > longest_phone) return 0;
            end = i + 1;
        } else if (std::string_view{" -.()"}.find(text[i]) == std::string_view::npos || i - end >= 2) {
            break;
        } else {
            area_code = area_code || text[i] == '(';
        }
    }
    if (end < text.size() && is_word_character(text[end])) return 0;
    if (international) return count >= 8 ? end : 0;
    if (count == 11 && text.front() == '8') return end;
    const bool domestic = area_code || text.front() == '0' || text.front() == '8';
    return domestic && groups > 1 && count >= 10 && count <= 12 ? end : 0;
}

}  // namespace ordertrace
