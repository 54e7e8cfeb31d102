// The facts of one order as a table, by time. Pure; any thread. Bounds: the latest `most_facts_shown` are listed.
#pragma once

#include <cstddef>

#include "board/html_writer.h"
#include "board/pages.h"

namespace ordertrace {

constexpr std::size_t most_facts_shown = 1'000;

void write_facts(HtmlWriter& html, const OrderAnswer& answer, const PageContext& context);

}  // namespace ordertrace
