// Draws the timeline as SVG in the page. Widths are per cent of the picture, heights pixels, so that the script can
// zoom by making the picture wider; without a script the whole is shown. Pure; any thread.
#pragma once

#include "board/html_writer.h"
#include "board/pages.h"
#include "board/timeline.h"

namespace ordertrace {

// Where a lane lies, in pixels from the top.
struct LanePlace {
    int top = 0;
    int rail = 0;  // statuses stand on it, messages begin and end at it
    int bars = 0;  // the top of the first row of steps
    int bottom = 0;
};

struct TimelineLayout {
    static constexpr int axis = 40, stays = 30, row = 20, rail_height = 28, gap = 6;
    std::vector<LanePlace> lanes;
    int height = 0;
};
TimelineLayout layout_of(const Timeline& timeline);

// The section with the picture, its zoom and its legend.
void write_timeline(HtmlWriter& html, const OrderAnswer& answer, const Lifecycle& lifecycle,
                    const PageContext& context);

}  // namespace ordertrace
