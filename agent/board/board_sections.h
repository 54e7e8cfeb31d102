// The sections of the board page, each written into the page by itself. Pure; any thread.
#pragma once

#include "board/html_writer.h"
#include "board/pages.h"

namespace ordertrace {

void write_stages(HtmlWriter& html, const Overview& overview, const PageContext& context);
void write_stuck(HtmlWriter& html, const Overview& overview, const DigestPage& stuck, const PageContext& context);
void write_edges(HtmlWriter& html, const Overview& overview, const PageContext& context);
void write_systems(HtmlWriter& html, const Overview& overview, const PageContext& context);
void write_stage_durations(HtmlWriter& html, const Overview& overview, const PageContext& context);
void write_step_durations(HtmlWriter& html, const Overview& overview, const PageContext& context);

}  // namespace ordertrace
