#include "cli/table_text.h"

#include <algorithm>

#include "base/display_text.h"

namespace ordertrace {

std::string toned(std::string_view text, Tone tone, bool colours) {
    if (!colours || tone == Tone::plain || text.empty()) return std::string{text};
    const std::string_view code = tone == Tone::good ? "32" : tone == Tone::bad ? "31" : "1";
    return "\x1b[" + std::string{code} + 'm' + std::string{text} + "\x1b[0m";
}

TableText::TableText(std::vector<Column> columns) : columns_{std::move(columns)} {
    std::vector<Cell> headings;
    for (const auto& column : columns_) headings.push_back({column.heading, Tone::heading});
    rows_.push_back(std::move(headings));
}

void TableText::add(std::vector<Cell> cells) {
    cells.resize(columns_.size());
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i].text = fit(cells[i].text, columns_[i].most);
    rows_.push_back(std::move(cells));
}

std::string TableText::text(bool colours) const {
    std::vector<std::size_t> widths(columns_.size(), 0);
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i].text));
    std::string text;
    for (const auto& row : rows_) text += line(row, widths, colours);
    return text;
}

std::string TableText::line(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                            bool colours) const {
    std::string line;
    std::size_t end = 0;  // of the last text
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string blanks(widths[i] - display_width(cells[i].text), ' ');
        if (columns_[i].to_the_right) line += blanks;
        line += toned(cells[i].text, cells[i].tone, colours);
        if (!cells[i].text.empty()) end = line.size();
        line += columns_[i].to_the_right ? "  " : blanks + "  ";
    }
    line.resize(end);
    return line + '\n';
}

}  // namespace ordertrace
