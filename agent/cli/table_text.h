// Tables for terminals: columns aligned by display width, headings, a few colours. Owned by whoever prints; one thread.
// Holds the whole table. Cells must be inert already (cli/answer_fields.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ordertrace {

enum class Tone : std::uint8_t { plain, good, bad, heading };

// `colours` off: the text as it is.
std::string toned(std::string_view text, Tone tone, bool colours);

struct Cell {
    std::string text;
    Tone tone = Tone::plain;
};

struct Column {
    std::string heading;
    bool to_the_right = false;  // numbers
    std::size_t most = 60;      // what is wider ends in "…"
};

class TableText {
public:
    explicit TableText(std::vector<Column> columns);
    // As many cells as there are columns.
    void add(std::vector<Cell> cells);
    // Lines with LF; nothing behind a line's last cell.
    std::string text(bool colours) const;

private:
    std::string line(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths, bool colours) const;

    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;  // the headings first
};

}  // namespace ordertrace
