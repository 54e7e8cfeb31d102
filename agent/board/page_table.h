// One table of a page: a caption for screen readers, headers with their scope, cells that carry their header's text so
// that a phone can show every row as a card. Writes into the page's HtmlWriter; lives as long as the table is open.
#pragma once

#include <string_view>
#include <vector>

#include "board/html_writer.h"

namespace ordertrace {

class PageTable {
public:
    struct Column {
        std::string_view name;
        bool number = false;
    };
    enum class Narrow { cards, scrolls };  // what it does on a phone

    PageTable(HtmlWriter& html, std::string_view caption, std::vector<Column> columns, Narrow narrow);

    // `key` tells the row from others when the page is updated; `look` is its class.
    void begin_row(std::string_view key, std::string_view look = {});
    // The row's first cell is its header. What is written until the next call stands in the cell.
    void begin_cell();
    void cell(std::string_view text);
    void end_row();
    void end();

private:
    void end_cell();

    HtmlWriter& html_;
    std::vector<Column> columns_;
    std::size_t at_ = 0;  // the next cell's column
    bool in_cell_ = false;
    bool in_box_;
};

}  // namespace ordertrace
