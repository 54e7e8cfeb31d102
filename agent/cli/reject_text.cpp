#include "cli/reject_text.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace ordertrace {
namespace {

// One character of the line, as it is shown in one column.
struct Column {
    std::size_t at = 0;
    std::string_view shown;
};

std::string_view character_at(std::string_view text) {
    for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length)
        if (is_valid_utf8(text.substr(0, length))) return text.substr(0, length);
    return {};
}

std::vector<Column> columns_of(std::string_view line) {
    std::vector<Column> columns;
    for (std::size_t at = 0; at < line.size();) {
        const auto character = character_at(line.substr(at));
        const auto first = static_cast<unsigned char>(line[at]);
        const bool c1 = character.size() == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
        const bool blank = first <= 0x20 || first == 0x7F;
        columns.push_back({at, blank ? " " : character.empty() || c1 ? "?" : character});
        at += std::max<std::size_t>(character.size(), 1);
    }
    return columns;
}

}  // namespace

std::string reject_text(const RejectMeaning& reject) {
    constexpr std::size_t around = 60;  // columns on either side of the place
    const auto columns = columns_of(reject.line);
    const auto place = static_cast<std::size_t>(
        std::count_if(columns.begin(), columns.end(), [&](const Column& column) { return column.at < reject.offset; }));
    const auto begin = place > around ? place - around : 0;
    const auto end = std::min(columns.size(), place + around);

    std::string text = "rejected (" + std::string{name_of(reject.reason)} + "): ";
    text += explanation(reject.reason);
    const std::string lead = begin > 0 ? "  ..." : "  ";
    text += '\n' + lead;
    for (auto i = begin; i < end; ++i) text += columns[i].shown;
    if (end < columns.size()) text += "...";
    return text + '\n' + std::string(lead.size() + place - begin, ' ') + "^\n";
}

}  // namespace ordertrace
