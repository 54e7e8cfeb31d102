// Matches names against patterns of the configuration. Pure, no allocation.
#pragma once

#include <string_view>

namespace ordertrace {

// `*` stands for any run of characters, `?` for one byte; everything else for itself.
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace ordertrace
