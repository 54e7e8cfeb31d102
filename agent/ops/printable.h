// Text from outside made safe to print on one line of a terminal or a log. Pure, any thread.
// Output is at most four times as long as the input.
#pragma once

#include <string>
#include <string_view>

namespace ordertrace {

// Control characters (C0, DEL, C1) and bytes that are no UTF-8 become \xHH; all else stays.
std::string printable(std::string_view text);

// For formats that escape C0 themselves (JSON, metrics): valid UTF-8; what is none, DEL and C1 become U+FFFD.
std::string inert_utf8(std::string_view text);

}  // namespace ordertrace
