#include "board/page_table.h"

#include <utility>

namespace ordertrace {
namespace {

std::string_view class_of(const PageTable::Column& column) { return column.number ? "number" : ""; }

}  // namespace

// The roles are those the elements have anyway: shown as cards they would lose them.
PageTable::PageTable(HtmlWriter& html, std::string_view caption, std::vector<Column> columns, Narrow narrow)
    : html_{html}, columns_{std::move(columns)}, in_box_{narrow == Narrow::scrolls} {
    if (in_box_)
        html_.open("div", {{"class", "scrolls"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", caption}});
    html_.open("table", {{"class", in_box_ ? "" : "cards"}, {"role", "table"}});
    html_.element("caption", {{"class", "for-readers"}}, caption);
    html_.open("thead", {{"role", "rowgroup"}}).open("tr", {{"role", "row"}});
    for (const auto& column : columns_)
        html_.element("th", {{"scope", "col"}, {"role", "columnheader"}, {"class", class_of(column)}}, column.name);
    html_.close().close().open("tbody", {{"role", "rowgroup"}});
}

void PageTable::begin_row(std::string_view key, std::string_view look) {
    html_.open("tr", {{"role", "row"}, {"data-key", key}, {"class", look}});
    at_ = 0;
}

void PageTable::begin_cell() {
    end_cell();
    const auto& column = columns_.at(at_);
    if (at_ == 0)
        html_.open("th", {{"scope", "row"}, {"role", "rowheader"}, {"class", class_of(column)}});
    else
        html_.open("td", {{"role", "cell"}, {"class", class_of(column)}, {"data-label", column.name}});
    ++at_;
    in_cell_ = true;
}

void PageTable::cell(std::string_view text) {
    begin_cell();
    html_.text(text);
}

void PageTable::end_cell() {
    if (std::exchange(in_cell_, false)) html_.close();
}

void PageTable::end_row() {
    end_cell();
    html_.close();
}

void PageTable::end() {
    html_.close().close();
    if (in_box_) html_.close();
}

}  // namespace ordertrace
