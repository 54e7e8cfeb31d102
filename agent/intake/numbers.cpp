#include "intake/numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace ordertrace {
namespace {

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
    Number value{};
    const auto* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, value);
    if (problem != std::errc{} || stop != end) return std::nullopt;
    return value;
}

// from_chars knows no plus sign.
std::string_view without_plus(std::string_view text) {
    const bool signed_number = text.size() > 1 && text[0] == '+' && (is_digit(text[1]) || text[1] == '.');
    return signed_number ? text.substr(1) : text;
}

}  // namespace

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

std::optional<std::int64_t> parse_integer(std::string_view text) {
    return parse_whole<std::int64_t>(without_plus(text));
}

std::optional<std::uint64_t> parse_sequence(std::string_view text) {
    if (!all_digits(text)) return std::nullopt;
    return parse_whole<std::uint64_t>(text);
}

std::optional<std::uint32_t> parse_attempt(std::string_view text) {
    const auto value = parse_sequence(text);
    if (!value || *value < 1 || *value > 999'999) return std::nullopt;
    return static_cast<std::uint32_t>(*value);
}

std::optional<double> parse_real(std::string_view text) {
    const auto value = parse_whole<double>(without_plus(text));
    if (!value || !std::isfinite(*value)) return std::nullopt;
    return value;
}

std::optional<bool> parse_boolean(std::string_view text) {
    for (std::string_view yes : {"true", "yes", "1"})
        if (equals_ignore_case(text, yes)) return true;
    for (std::string_view no : {"false", "no", "0"})
        if (equals_ignore_case(text, no)) return false;
    return std::nullopt;
}

}  // namespace ordertrace
