// Small questions about text that several rooms ask. Pure, no allocation.
#pragma once

#include <cstddef>
#include <string_view>

namespace ordertrace {

// ASCII only: names in configuration and protocol keys.
bool equals_ignore_case(std::string_view a, std::string_view b);

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_valid_utf8(std::string_view text);

// The longest prefix of `text` of at most `max_bytes` bytes that ends at a character boundary.
std::string_view cut_utf8(std::string_view text, std::size_t max_bytes);

}  // namespace ordertrace
