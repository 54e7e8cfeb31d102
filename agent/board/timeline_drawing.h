// The shapes of the timeline's picture. Used by timeline_svg.cpp alone, on the stack, while it writes one page.
#pragma once

#include <string>
#include <string_view>

#include "board/html_writer.h"
#include "board/page_texts.h"
#include "board/pages.h"
#include "board/time_scale.h"
#include "board/timeline.h"
#include "board/timeline_svg.h"

namespace ordertrace {

TimeScale scale_of(const Timeline& timeline);

class TimelineDrawing {
public:
    TimelineDrawing(HtmlWriter& html, const Timeline& timeline, const TimelineLayout& layout,
                    const PageContext& context);

    // What is worst is drawn last, above the rest.
    void draw();

private:
    void draw_axis();
    void draw_lanes();
    void draw_moment(TimePoint at, std::string_view look, std::string_view words);
    void draw_stays();
    void draw_bars(bool failed);
    void draw_bar(const TimelineBar& bar, const LanePlace& lane);
    void draw_dots();
    void draw_arrows();
    void draw_arrow(const TimelineArrow& arrow);
    void draw_missing(const MissingPart& part);

    // A box of time with words in it, which are hidden where they do not fit.
    void box(TimePoint from, TimePoint to, int y, int height, std::string_view look, std::string_view words,
             std::string_view tip);
    void line(TimePoint from, int from_y, TimePoint to, int to_y, std::string_view look, std::string_view tip,
              bool head);
    // Words beside a box: after it, or before it where there is more room.
    void words_beside(TimePoint from, TimePoint to, int y, std::string_view words);
    // What stands at a moment: first its time, which the script puts into the reader's zone.
    void write_tip(TimePoint at, std::string_view words);

    std::string x(TimePoint time) const { return percent_text(scale_.percent(time)); }
    std::string missing_words(const MissingPart& part) const;

    HtmlWriter& html_;
    const Timeline& timeline_;
    const TimelineLayout& layout_;
    const PageContext& context_;
    const PageTexts& texts_;
    TimeScale scale_;
};

}  // namespace ordertrace
