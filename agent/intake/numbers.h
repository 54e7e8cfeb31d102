// Numbers and yes/no as the protocol writes them. Pure; the whole text must be the number.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ordertrace {

bool is_digit(char c);
bool all_digits(std::string_view text);  // false for the empty text

std::optional<std::int64_t> parse_integer(std::string_view text);    // a sign is allowed
std::optional<std::uint64_t> parse_sequence(std::string_view text);  // no sign
std::optional<std::uint32_t> parse_attempt(std::string_view text);   // 1 to 999,999
std::optional<double> parse_real(std::string_view text);             // finite
std::optional<bool> parse_boolean(std::string_view text);            // true false yes no 1 0

}  // namespace ordertrace
