#include "board/board_sections.h"
#include "board/page_frame.h"
#include "board/page_words.h"

namespace ordertrace {
namespace {

std::string stuck_text(const Overview& overview, const PageTexts& texts) {
    if (overview.stuck == 1) return std::string{texts.one_stuck};
    if (overview.stuck > 1) return filled(texts.many_stuck, std::to_string(overview.stuck));
    return std::string{overview.caught_up ? texts.nothing_stuck : texts.nothing_stuck_yet};
}

Mood mood_of(const Overview& overview) {
    if (overview.stuck > 0) return Mood::bad;
    return overview.caught_up ? Mood::done : Mood::quiet;
}

void write_banner(HtmlWriter& html, std::string_view text) {
    html.open("p", {{"class", "banner is-warning"}});
    write_icon(html, Mood::warning);
    html.text(text).close();
}

void write_headline(HtmlWriter& html, const Overview& overview, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    html.open("h1", {{"class", "headline"}, {"data-stuck", std::to_string(overview.stuck)}});
    write_state(html, mood_of(overview), stuck_text(overview, texts));
    html.close();
    const bool began = overview.at != TimePoint{};
    if (began) {
        html.open("p", {{"class", "muted"}});
        html.text(filled(texts.orders_known, std::to_string(overview.orders))).text(" ").text(texts.as_of).text(" ");
        write_time(html, overview.at);
        html.text(".").close();
    }
    if (!overview.trouble.empty()) {
        const auto& what = overview.trouble;
        write_banner(html, filled(texts.trouble, what.ends_with('.') ? what : what + '.'));
    }
    if (!began && overview.trouble.empty()) write_banner(html, texts.no_cycle);
    if (began && !overview.caught_up) write_banner(html, texts.catching_up);
}

}  // namespace

std::string board_page(const Overview& overview, const DigestPage& stuck, const Lifecycle&,
                       const PageContext& context) {
    const auto news = stuck_text(overview, page_texts(context.language));
    auto html = begin_page({.title = news, .news = news, .searched = {}}, context);
    write_headline(html, overview, context);
    write_stages(html, overview, context);
    write_stuck(html, overview, stuck, context);
    html.open("div", {{"class", "side-by-side"}});
    write_edges(html, overview, context);
    write_systems(html, overview, context);
    html.close();
    write_stage_durations(html, overview, context);
    write_step_durations(html, overview, context);
    return end_page(std::move(html));
}

std::string trouble_page(std::string_view what, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    auto html =
        begin_page({.title = std::string{texts.trouble_title}, .news = std::string{what}, .searched = {}}, context);
    html.open("h1", {{"class", "headline"}});
    write_state(html, Mood::warning, texts.trouble_title);
    html.close().element("p", {{"class", "sentence"}}, what).element("p", {{"class", "muted"}}, texts.trouble_hint);
    return end_page(std::move(html));
}

}  // namespace ordertrace
