#include <algorithm>

#include "base/display_text.h"
#include "board/page_words.h"
#include "board/timeline_drawing.h"

namespace ordertrace {

void TimelineDrawing::draw_missing(const MissingPart& part) {
    const auto& lane = layout_.lanes[part.lane];
    const auto words = missing_words(part);
    const auto tip = words + " · " + span_text(part.to - part.from, context_.language);
    const int y = lane.rail - 8;
    if (part.arrow_from && part.arrow_to) {
        const int to_y = layout_.lanes[*part.arrow_to].rail;
        line(part.arrow_at, layout_.lanes[*part.arrow_from].rail, part.from, to_y, "message is-missing", tip,
             part.arrow_from != part.arrow_to);
    }
    box(part.from, part.to, y, 16, "missing", {}, tip);
    const auto middle = part.from + (part.to - part.from) / 2;
    const double width = scale_.percent(part.to) - scale_.percent(part.from);
    if (width > 30)
        html_.element("text", {{"class", "words is-inside"}, {"x", x(middle)}, {"y", std::to_string(y + 12)}}, words);
    else
        words_beside(part.from, part.to, y + 12, words);
}

void TimelineDrawing::box(TimePoint from, TimePoint to, int y, int height, std::string_view look,
                          std::string_view words, std::string_view tip) {
    const auto width = std::max(scale_.percent(to) - scale_.percent(from), 0.0);
    const auto columns = display_width(make_inert(words));
    const bool tight = static_cast<double>(columns) * 7 + 10 > width * 8;
    html_.open("svg", {{"class", tight ? "box is-tight" : "box"},
                       {"data-columns", words.empty() ? std::string{} : std::to_string(columns)},
                       {"x", x(from)},
                       {"y", std::to_string(y)},
                       {"width", percent_text(width)},
                       {"height", std::to_string(height)},
                       {"overflow", "visible"}});
    html_.open("rect", {{"class", look}, {"width", "100%"}, {"height", std::to_string(height)}, {"rx", "2"}});
    write_tip(from, tip);
    html_.close();
    if (!words.empty()) html_.element("text", {{"x", "5"}, {"y", std::to_string(height / 2 + 4)}}, words);
    html_.close();
}

void TimelineDrawing::line(TimePoint from, int from_y, TimePoint to, int to_y, std::string_view look,
                           std::string_view tip, bool head) {
    const bool is_missing = look.ends_with("is-missing");
    const auto marker = is_missing ? "url(#head-missing)" : "url(#head)";
    html_.open("line", {{"class", look},
                        {"x1", x(from)},
                        {"y1", std::to_string(from_y)},
                        {"x2", x(to)},
                        {"y2", std::to_string(to_y)},
                        {"marker-end", head ? marker : ""}});
    write_tip(from, tip);
    html_.close();
}

void TimelineDrawing::words_beside(TimePoint from, TimePoint to, int y, std::string_view words) {
    const bool after = scale_.percent(to) < 60;
    html_.element("text",
                  {{"class", "words"},
                   {"x", x(after ? to : from)},
                   {"dx", after ? "6" : "-6"},
                   {"y", std::to_string(y)},
                   {"text-anchor", after ? "start" : "end"}},
                  words);
}

void TimelineDrawing::write_tip(TimePoint at, std::string_view words) {
    html_.element("title", {{"data-time", iso_text(at)}}, utc_text(at) + " · " + std::string{words});
}

std::string TimelineDrawing::missing_words(const MissingPart& part) const {
    switch (part.kind) {
        case VerdictKind::not_sent: return std::string{texts_.not_sent};
        case VerdictKind::in_transit: return std::string{texts_.not_taken};
        case VerdictKind::received_not_applied: return filled(texts_.not_applied, part.verdict->stage);
        case VerdictKind::failed: return std::string{texts_.not_tried_again};
        default: break;
    }
    const auto& next = part.verdict->expected_next;
    return filled(texts_.no_next, next.empty() ? std::string{texts_.nothing} : next.front());
}

}  // namespace ordertrace
