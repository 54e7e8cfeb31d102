#include "board/page_words.h"

#include <array>
#include <cstdio>

namespace ordertrace {
namespace {

struct CivilTime {
    int year;
    unsigned month, day;
    int hour, minute, second, millisecond;
};

CivilTime civil(TimePoint time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::milliseconds>(time - day)};
    return {static_cast<int>(date.year()),
            static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()),
            static_cast<int>(clock.hours().count()),
            static_cast<int>(clock.minutes().count()),
            static_cast<int>(clock.seconds().count()),
            static_cast<int>(clock.subseconds().count())};
}

// 16 by 16 pixels, by Mood: a stop sign with a cross, a triangle with "!", a tick, a filled tick, a "?".
constexpr std::array<std::string_view, 5> icons{
    "M5 1h6l4 4v6l-4 4H5l-4-4V5zM5.5 4.5l-1 1L7 8l-2.5 2.5 1 1L8 9l2.5 2.5 1-1L9 8l2.5-2.5-1-1L8 7z",
    "M8 1l7.5 14H.5zM7.2 6v4.5h1.6V6zM7.2 11.5V13h1.6v-1.5z",
    "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zM8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z"
    "M4.5 8.1l1.1-1.1 1.7 1.7 3.3-3.3 1.1 1.1-4.4 4.4z",
    "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zM4 8.2l3 3 5.2-5.2-1.2-1.2-4 4-1.8-1.8z",
    "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zM7.2 11v1.6h1.6V11zM5.3 6.3h1.5c0-.7.5-1.2 1.2-1.2s1.2.5 1.2 1.1"
    "c0 1-2 1.4-2 3.6h1.6c0-1.7 2-2 2-3.7C10.8 4.6 9.6 3.6 8 3.6S5.3 4.7 5.3 6.3z"};

}  // namespace

std::string utc_text(TimePoint time) {
    const auto at = civil(time);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d UTC", at.year, at.month, at.day, at.hour,
                  at.minute, at.second);
    return text.data();
}

std::string iso_text(TimePoint time) {
    const auto at = civil(time);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", at.year, at.month, at.day, at.hour,
                  at.minute, at.second, at.millisecond);
    return text.data();
}

void write_time(HtmlWriter& html, TimePoint time) {
    html.element("time", {{"datetime", iso_text(time)}}, utc_text(time));
}

std::string age_text(TimePoint then, const PageContext& context) {
    return span_text(std::max(context.now - then, Duration::zero()), context.language);
}

Mood mood_of(const Verdict& verdict) {
    switch (verdict.kind) {
        case VerdictKind::failed:
        case VerdictKind::died_inside:
        case VerdictKind::not_sent:
        case VerdictKind::in_transit:
        case VerdictKind::received_not_applied: return Mood::bad;
        case VerdictKind::late:
        case VerdictKind::blind: return Mood::warning;
        case VerdictKind::running: return verdict.overdue ? Mood::warning : Mood::good;
        case VerdictKind::on_time: return Mood::good;
        case VerdictKind::finished: return Mood::done;
        case VerdictKind::unknown: break;
    }
    return Mood::quiet;
}

std::string_view class_of(Mood mood) {
    constexpr std::array<std::string_view, 5> classes{"is-bad", "is-warning", "is-good", "is-done", "is-quiet"};
    return classes.at(static_cast<std::size_t>(mood));
}

void write_icon(HtmlWriter& html, Mood mood) {
    html.open("svg", {{"class", "icon"}, {"viewBox", "0 0 16 16"}, {"aria-hidden", "true"}, {"focusable", "false"}});
    html.element("path", {{"fill-rule", "evenodd"}, {"d", icons.at(static_cast<std::size_t>(mood))}});
    html.close();
}

void write_state(HtmlWriter& html, Mood mood, std::string_view words) {
    html.open("span", {{"class", std::string{"state "}.append(class_of(mood))}});
    write_icon(html, mood);
    html.text(words).close();
}

// A path that ends in "." or ".." would be taken for a folder, however it is encoded.
std::string order_url(std::string_view order, const PageContext& context) {
    const bool is_dots = order == "." || order == "..";
    return context.base_path + (is_dots ? "orders/?id=" : "orders/") + percent_encoded(order);
}

std::string stage_url(std::string_view stage, const PageContext& context) {
    return context.base_path + "?stage=" + percent_encoded(stage);
}

void open_section(HtmlWriter& html, std::string_view id, std::string_view heading) {
    const auto heading_id = std::string{id} + "-heading";
    html.open("section", {{"id", id}, {"aria-labelledby", heading_id}});
    html.element("h2", {{"id", heading_id}}, heading);
}

}  // namespace ordertrace
