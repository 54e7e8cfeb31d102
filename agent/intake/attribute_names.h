// Under which tag names the sender's own values may appear. Pure.
#pragma once

#include <string_view>

#include "intake/text_arena.h"

namespace ordertrace {

// A name of the product's own tags: nobody overwrites those.
bool is_reserved_attribute(std::string_view name);

std::string_view ext_key(std::string_view key, TextArena& arena);         // ext.<key>, lower case
std::string_view ext_attribute(std::string_view name, TextArena& arena);  // ext._<name>
std::string_view lower_ascii(std::string_view text, TextArena& arena);

}  // namespace ordertrace
