#include "maps/csv_cells.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_cells = 1000;

// Takes the cell off the front of `text`, and leaves the separator behind it.
std::string take_cell(std::string_view& text, char separator) {
    std::string cell;
    if (text.starts_with('"')) {
        for (text.remove_prefix(1); !text.empty(); text.remove_prefix(1)) {
            if (text[0] == '"' && !text.substr(1).starts_with('"')) break;
            if (text[0] == '"') text.remove_prefix(1);
            cell += text[0];
        }
        if (!text.empty()) text.remove_prefix(1);
    }
    const auto rest = text.substr(0, text.find(separator));
    cell += rest;
    text.remove_prefix(rest.size());
    return cell;
}

}  // namespace

std::vector<std::string> csv_cells(std::string_view line, char separator) {
    std::vector<std::string> cells{take_cell(line, separator)};
    while (!line.empty() && cells.size() < most_cells) {
        line.remove_prefix(1);
        cells.push_back(take_cell(line, separator));
    }
    return cells;
}

}  // namespace ordertrace
