// Text from outside made fit for a terminal: nothing in it can move the cursor, colour, reverse or hide what is shown.
// Pure, no state.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ordertrace {

// Control characters, invisible and direction-changing ones become visible escapes (\n \x1b \u{202e}); a byte that is
// no UTF-8 becomes \xHH.
std::string make_inert(std::string_view text);

// Columns a terminal uses for valid, inert text: 2 for wide East Asian characters, 0 for combining marks, else 1.
std::size_t display_width(std::string_view text);

// At most `columns` wide; what is cut ends in "…".
std::string fit(std::string_view text, std::size_t columns);

}  // namespace ordertrace
