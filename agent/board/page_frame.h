// What stands around every page: head, the search, the place where the script says what changed. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "board/html_writer.h"
#include "board/pages.h"

namespace ordertrace {

struct PageFrame {
    std::string title;
    std::string news;      // what a screen reader is told when it changes on an update
    std::string searched;  // stands in the search field
};

// Opens everything up to <main>.
HtmlWriter begin_page(const PageFrame& frame, const PageContext& context);
std::string end_page(HtmlWriter html);

}  // namespace ordertrace
