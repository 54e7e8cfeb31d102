#include "board/board_sections.h"
#include "board/page_table.h"
#include "board/page_words.h"

namespace ordertrace {
namespace {

// No line ends within it.
std::string unbroken(std::string_view text) {
    std::string out;
    for (const char c : text) c == ' ' ? out += "\u00A0" : out += c;
    return out;
}

void write_stage(HtmlWriter& html, const StageOverview& stage, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    const bool chosen = !stage.stage.empty() && stage.stage == context.stage;
    html.open("li", {{"class", stage.stuck > 0 ? "stage has-stuck" : "stage"},
                     {"data-key", "stage " + stage.stage},
                     {"data-stage", stage.stage}});
    // Orders without a status have no list of their own.
    if (stage.stage.empty())
        html.open("div", {{"class", "tile"}});
    else
        html.open("a", {{"class", "tile"},
                        {"href", stage_url(stage.stage, context) + "#stuck"},
                        {"title", filled(texts.show_stuck_in, stage.stage)},
                        {"aria-current", chosen ? "true" : ""}});
    html.open("span", {{"class", "stage-name"}}).name(stage.stage.empty() ? texts.no_status : stage.stage).close();
    html.element("span", {{"class", "count"}}, std::to_string(stage.orders)).text(" ");
    if (stage.stuck > 0) {
        write_state(html, Mood::bad, filled(texts.stuck_count, std::to_string(stage.stuck)));
        html.text(" ");
    }
    if (stage.oldest && stage.orders > 0)
        html.element("span", {{"class", "muted"}}, filled(texts.oldest, unbroken(age_text(*stage.oldest, context))));
    html.close().close();
}

void write_row(PageTable& table, HtmlWriter& html, const OrderDigest& digest, const PageContext& context) {
    const auto& verdict = digest.verdict;
    const auto mood = mood_of(verdict);
    table.begin_row("order " + digest.order, class_of(mood));
    table.begin_cell();
    html.element("a", {{"href", order_url(digest.order, context)}}, digest.order);
    table.begin_cell();
    write_state(html, mood, state_text(verdict.kind, verdict.overdue, context.language));
    html.text(" ").element("span", {{"class", "sentence"}},
                           sentence(verdict, digest.order, context.now, context.language));
    table.cell(verdict.to_act.empty() ? std::string{page_texts(context.language).nobody} : system_text(verdict.to_act));
    table.begin_cell();
    write_time(html, verdict.since);
    table.cell(age_text(verdict.since, context));
    table.end_row();
}

void write_table(HtmlWriter& html, const DigestPage& stuck, std::string_view heading, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    PageTable table{html,
                    heading,
                    {{texts.order}, {texts.problem}, {texts.to_act}, {texts.since}, {texts.age, true}},
                    PageTable::Narrow::cards};
    for (const auto& digest : stuck.digests) write_row(table, html, digest, context);
    table.end();
}

void write_links(HtmlWriter& html, const DigestPage& stuck, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    const bool filtered = !context.stage.empty();
    if (!filtered && context.first_page && stuck.next.empty()) return;
    html.open("p", {{"class", "links"}});
    const auto here = filtered ? stage_url(context.stage, context) : context.base_path;
    if (!stuck.next.empty()) {
        const auto next = here + (filtered ? "&" : "?") + "cursor=" + percent_encoded(stuck.next) + "#stuck";
        html.element("a", {{"href", next}, {"rel", "next"}}, texts.more);
    }
    if (!context.first_page) html.element("a", {{"href", here + "#stuck"}}, texts.first_page);
    if (filtered) html.element("a", {{"href", context.base_path + "#stuck"}}, texts.show_all);
    html.close();
}

}  // namespace

void write_stages(HtmlWriter& html, const Overview& overview, const PageContext& context) {
    if (overview.stages.empty()) return;
    const auto& texts = page_texts(context.language);
    open_section(html, "stages", texts.stages);
    html.open("ol", {{"class", "stages"}});
    for (const auto& stage : overview.stages) write_stage(html, stage, context);
    html.close().close();
}

void write_stuck(HtmlWriter& html, const Overview& overview, const DigestPage& stuck, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    const auto heading =
        context.stage.empty() ? std::string{texts.stuck_orders} : filled(texts.stuck_in, context.stage);
    open_section(html, "stuck", heading);
    if (!stuck.digests.empty()) {
        write_table(html, stuck, heading, context);
    } else {
        const auto none = !overview.caught_up     ? std::string{texts.nothing_stuck_yet}
                          : context.stage.empty() ? std::string{texts.nothing_stuck}
                                                  : filled(texts.nothing_stuck_in, context.stage);
        html.open("p", {{"class", "empty"}});
        write_state(html, overview.caught_up ? Mood::done : Mood::quiet, none);
        html.close();
    }
    write_links(html, stuck, context);
    html.close();
}

}  // namespace ordertrace
