#include "board/timeline_drawing.h"

#include <array>

#include "base/display_text.h"
#include "board/page_words.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_ticks = 6;
constexpr int bar_height = 16;

std::string pixels(int y) { return std::to_string(y); }

std::string_view look_text(BarLook look) {
    constexpr std::array<std::string_view, 7> looks{"bar-done", "bar-failed", "bar-skipped", "bar-given-up",
                                                    "bar-open", "bar-stuck",  "bar-foreign"};
    return looks.at(static_cast<std::size_t>(look));
}

// About as wide as 13 pixels of a proportional font make them, in a picture of 800 pixels.
bool fits(std::string_view words, double percent) {
    return static_cast<double>(display_width(words)) * 7 + 10 < percent * 8;
}

bool is_failure(const TimelineBar& bar) { return bar.look == BarLook::failed || bar.look == BarLook::stuck; }

// The date stands under the first tick and wherever it changes.
std::string date_of(TimePoint time) { return utc_text(time).substr(0, 10); }
std::string clock_of(TimePoint time) {
    return utc_text(time).substr(11, time.time_since_epoch() % std::chrono::minutes{1} == Duration::zero() ? 5 : 8);
}

}  // namespace

TimeScale scale_of(const Timeline& timeline) { return TimeScale::with_margin(timeline.from, timeline.to); }

TimelineDrawing::TimelineDrawing(HtmlWriter& html, const Timeline& timeline, const TimelineLayout& layout,
                                 const PageContext& context)
    : html_{html},
      timeline_{timeline},
      layout_{layout},
      context_{context},
      texts_{page_texts(context.language)},
      scale_{scale_of(timeline)} {}

void TimelineDrawing::draw() {
    html_.open("defs");
    for (const auto& [id, look] : {std::pair{"head", "head"}, std::pair{"head-missing", "head is-missing"}}) {
        html_.open("marker", {{"id", id},
                              {"viewBox", "0 0 8 8"},
                              {"refX", "7"},
                              {"refY", "4"},
                              {"markerWidth", "7"},
                              {"markerHeight", "7"},
                              {"orient", "auto"}});
        html_.element("path", {{"class", look}, {"d", "M0 0l8 4-8 4z"}}).close();
    }
    html_.close();
    draw_lanes();
    draw_axis();
    draw_stays();
    draw_bars(false);
    draw_arrows();
    draw_dots();
    if (timeline_.deadline) draw_moment(*timeline_.deadline, "deadline", texts_.legend_limit);
    if (timeline_.ends_now) draw_moment(timeline_.to, "now", texts_.now);
    draw_bars(true);
    if (timeline_.missing) draw_missing(*timeline_.missing);
}

void TimelineDrawing::draw_axis() {
    html_.open("g", {{"class", "axis"}, {"data-height", pixels(layout_.height)}});
    std::string last_date;
    for (const auto tick : ticks(scale_, most_ticks)) {
        const auto place = scale_.percent(tick);
        // The script knows the picture's width and says so more exactly.
        const std::string_view edge = place < 4 ? "is-first" : place > 96 ? "is-last" : "";
        html_.element("line", {{"x1", x(tick)}, {"x2", x(tick)}, {"y1", "34"}, {"y2", pixels(layout_.height)}});
        html_.element("text", {{"class", edge}, {"x", x(tick)}, {"y", "28"}}, clock_of(tick));
        const auto date = date_of(tick);
        if (date != last_date) html_.element("text", {{"class", edge}, {"x", x(tick)}, {"y", "13"}}, date);
        last_date = date;
    }
    html_.close();
}

void TimelineDrawing::draw_lanes() {
    html_.open("g", {{"class", "rails"}});
    for (const auto& lane : layout_.lanes) {
        html_.element(
            "line",
            {{"class", "border"}, {"x1", "0"}, {"x2", "100%"}, {"y1", pixels(lane.top)}, {"y2", pixels(lane.top)}});
        html_.element("line", {{"x1", "0"}, {"x2", "100%"}, {"y1", pixels(lane.rail)}, {"y2", pixels(lane.rail)}});
    }
    html_.close();
}

void TimelineDrawing::draw_moment(TimePoint at, std::string_view look, std::string_view words) {
    html_.open("g", {{"class", look}});
    html_.open("line", {{"x1", x(at)}, {"x2", x(at)}, {"y1", "36"}, {"y2", pixels(layout_.height)}});
    write_tip(at, words);
    html_.close().close();
}

void TimelineDrawing::draw_stays() {
    bool odd = false;
    for (const auto* stay : timeline_.stays) {
        const auto until = stay->until.value_or(timeline_.to);
        const auto length = span_text(std::max(until - stay->since, Duration::zero()), context_.language);
        box(stay->since, until, TimelineLayout::axis, TimelineLayout::stays - 6, odd ? "stay is-odd" : "stay",
            stay->stage, stay->stage + " · " + system_text(stay->system) + " · " + length);
        odd = !odd;
    }
}

void TimelineDrawing::draw_bars(bool failed) {
    for (std::size_t i = 0; i < timeline_.lanes.size(); ++i)
        for (const auto& bar : timeline_.lanes[i].bars)
            if (is_failure(bar) == failed) draw_bar(bar, layout_.lanes[i]);
}

void TimelineDrawing::draw_bar(const TimelineBar& bar, const LanePlace& lane) {
    const int y = lane.bars + static_cast<int>(bar.row) * TimelineLayout::row;
    const auto length = span_text(std::max(bar.to - bar.from, Duration::zero()), context_.language);
    auto tip = bar.name + " · " + system_text(bar.fact->system) + " · ";
    tip += is_failure(bar) && bar.look == BarLook::stuck ? filled(texts_.still, length) : length;
    if (bar.fact->result != FactResult::none)
        tip.append(" · ").append(result_text(bar.fact->result, context_.language));
    if (!bar.fact->note.empty()) tip += " · " + bar.fact->note;
    const bool is_beside = is_failure(bar) && !fits(bar.name, scale_.percent(bar.to) - scale_.percent(bar.from));
    box(bar.from, bar.to, y, bar_height, look_text(bar.look), is_beside ? std::string_view{} : bar.name, tip);
    if (is_beside) words_beside(bar.from, bar.to, y + 12, bar.name);
}

void TimelineDrawing::draw_dots() {
    for (std::size_t i = 0; i < timeline_.lanes.size(); ++i) {
        for (const auto& dot : timeline_.lanes[i].dots) {
            const bool is_status = dot.fact->record == FactRecord::status;
            html_.open("svg", {{"x", x(dot.at)}, {"y", pixels(layout_.lanes[i].rail)}, {"overflow", "visible"}});
            html_.open("path", {{"class", is_status ? "dot" : "dot is-note"},
                                {"d", is_status ? "M0-6l6 6-6 6-6-6z" : "M-3-3h6v6h-6z"}});
            write_tip(dot.at, is_status ? dot.fact->status : dot.fact->note);
            html_.close().close();
        }
    }
}

void TimelineDrawing::draw_arrows() {
    for (const auto& arrow : timeline_.arrows) {
        const auto& missing = timeline_.missing;
        const bool is_missing = missing && missing->arrow_from == arrow.from && missing->arrow_to == arrow.to &&
                                !arrow.hand_off->received && arrow.hand_off->sent == missing->arrow_at;
        if (!is_missing) draw_arrow(arrow);
    }
}

void TimelineDrawing::draw_arrow(const TimelineArrow& arrow) {
    const auto& one = *arrow.hand_off;
    const auto from = one.sent ? *one.sent : *one.received;
    const auto to = one.received.value_or(from);
    auto what = system_text(one.from) + " → " + system_text(one.to);
    if (!one.status.empty()) what += " · " + one.status;
    if (!one.via.empty()) what += " · " + one.via;
    const auto words = one.sent && one.received ? texts_.message
                       : one.sent               ? texts_.message_lost
                                                : texts_.unsent_message;
    line(from, layout_.lanes[arrow.from].rail, to, layout_.lanes[arrow.to].rail,
         one.sent && one.received ? "message" : "message is-half", filled(words, what), true);
}

}  // namespace ordertrace
