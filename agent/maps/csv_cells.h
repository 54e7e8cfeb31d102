// Takes a line of CSV apart (RFC 4180): cells between separators, in quotes where they hold one; "" in quotes is a
// quote. A cell cannot go on in the next line. Pure. Bound: 1,000 cells, what comes after them is left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ordertrace {

std::vector<std::string> csv_cells(std::string_view line, char separator);

}  // namespace ordertrace
