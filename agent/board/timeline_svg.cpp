#include "board/timeline_svg.h"

#include "base/display_text.h"
#include "board/page_words.h"
#include "board/timeline_drawing.h"

namespace ordertrace {
namespace {

constexpr std::string_view names_width = "104";
constexpr std::size_t name_columns = 14;

void write_lane_names(HtmlWriter& html, const Timeline& timeline, const TimelineLayout& layout,
                      const PageTexts& texts) {
    html.open("svg", {{"class", "lane-names"},
                      {"width", names_width},
                      {"height", std::to_string(layout.height)},
                      {"aria-hidden", "true"},
                      {"focusable", "false"}});
    const auto write = [&html](int y, std::string_view name) {
        html.open("text", {{"x", "0"}, {"y", std::to_string(y)}});
        html.element("title", {}, name).text(fit(make_inert(name), name_columns)).close();
    };
    write(TimelineLayout::axis + TimelineLayout::stays / 2 + 4, texts.stays_lane);
    for (std::size_t i = 0; i < layout.lanes.size(); ++i)
        write(layout.lanes[i].rail + 4, system_text(timeline.lanes[i].system));
    html.close();
}

void write_zoom(HtmlWriter& html, const PageTexts& texts) {
    html.open("div", {{"class", "zoom"}, {"role", "group"}, {"aria-label", texts.zoom}, {"hidden", "hidden"}});
    const auto button = [&html](std::string_view zoom, std::string_view label, std::string_view sign) {
        html.element("button", {{"type", "button"}, {"data-zoom", zoom}, {"aria-label", label}, {"title", label}},
                     sign);
    };
    button("in", texts.zoom_in, "+");
    button("out", texts.zoom_out, "−");
    button("whole", texts.zoom_whole, "⤢");
    html.close();
}

std::string described(const OrderAnswer& answer, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    std::string stays;
    for (const auto& stay : answer.stays) {
        const auto length = stay.until
                                ? span_text(std::max(*stay.until - stay.since, Duration::zero()), context.language)
                                : filled(texts.still, age_text(stay.since, context));
        stays += (stays.empty() ? "" : " ") + filled(texts.in_stage, stay.stage, length);
    }
    return sentence(answer.verdict, answer.order.order, context.now, context.language) + ' ' +
           filled(texts.timeline_describes, stays);
}

void write_picture(HtmlWriter& html, const OrderAnswer& answer, const Timeline& timeline, const TimelineLayout& layout,
                   const PageContext& context) {
    const auto& texts = page_texts(context.language);
    html.open("svg", {{"class", "picture"},
                      {"role", "img"},
                      {"aria-labelledby", "timeline-title timeline-text"},
                      {"width", "100%"},
                      {"height", std::to_string(layout.height)}});
    html.element("title", {{"id", "timeline-title"}}, texts.timeline);
    html.element("desc", {{"id", "timeline-text"}}, described(answer, context));
    TimelineDrawing{html, timeline, layout, context}.draw();
    html.close();
}

void write_legend(HtmlWriter& html, const Timeline& timeline, const PageTexts& texts) {
    html.open("figcaption").open("span", {{"class", "legend"}});
    const auto entry = [&html](std::string_view look, std::string_view words) {
        html.open("span").open("svg", {{"width", "16"}, {"height", "12"}, {"aria-hidden", "true"}});
        html.element("rect", {{"class", look}, {"x", "1"}, {"y", "1"}, {"width", "14"}, {"height", "10"}, {"rx", "2"}});
        html.close().text(" ").text(words).close();
    };
    entry("bar-done", texts.legend_step);
    entry("bar-failed", texts.legend_failed);
    entry("bar-open", texts.legend_open);
    entry("missing", texts.legend_missing);
    const auto moment = [&html](std::string_view look, std::string_view words) {
        html.open("span").open("svg", {{"class", look}, {"width", "8"}, {"height", "12"}, {"aria-hidden", "true"}});
        html.element("line", {{"x1", "4"}, {"x2", "4"}, {"y1", "0"}, {"y2", "12"}}).close();
        html.text(" ").text(words).close();
    };
    if (timeline.deadline) moment("deadline", texts.legend_limit);
    if (timeline.ends_now) moment("now", texts.now);
    html.close().text(" ");
    const auto split = texts.timeline_from.find("{}");
    html.open("span").text(texts.timeline_from.substr(0, split));
    write_time(html, timeline.from);
    const auto rest = texts.timeline_from.substr(split + 2);
    html.text(rest.substr(0, rest.find("{}")));
    write_time(html, timeline.to);
    html.close();
    if (timeline.left_out > 0) html.text(" ").text(filled(texts.timeline_left_out, std::to_string(timeline.left_out)));
    html.close();
}

}  // namespace

TimelineLayout layout_of(const Timeline& timeline) {
    TimelineLayout layout;
    int top = TimelineLayout::axis + TimelineLayout::stays + TimelineLayout::gap;
    for (const auto& lane : timeline.lanes) {
        const int bars = top + TimelineLayout::rail_height;
        const int bottom = bars + static_cast<int>(lane.rows) * TimelineLayout::row + TimelineLayout::gap;
        layout.lanes.push_back({top, top + TimelineLayout::rail_height / 2, bars, bottom});
        top = bottom;
    }
    layout.height = top + TimelineLayout::gap;
    return layout;
}

void write_timeline(HtmlWriter& html, const OrderAnswer& answer, const Lifecycle& lifecycle,
                    const PageContext& context) {
    const auto& texts = page_texts(context.language);
    const auto timeline = timeline_of(answer, lifecycle);
    const auto layout = layout_of(timeline);
    const auto scale = scale_of(timeline);
    open_section(html, "timeline", texts.timeline);
    html.open("figure",
              {{"class", "timeline"}, {"data-from", iso_text(scale.from())}, {"data-to", iso_text(scale.to())}});
    write_zoom(html, texts);
    html.open("div", {{"class", "lanes"}});
    write_lane_names(html, timeline, layout, texts);
    html.open("div", {{"class", "view"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", texts.timeline_hint}});
    write_picture(html, answer, timeline, layout, context);
    html.close().close();
    write_legend(html, timeline, texts);
    html.close().close();
}

}  // namespace ordertrace
