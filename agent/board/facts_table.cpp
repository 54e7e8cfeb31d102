#include "board/facts_table.h"

#include <algorithm>

#include "board/page_table.h"
#include "board/page_words.h"
#include "steps/ids.h"

namespace ordertrace {
namespace {

bool is_ground(const Fact& fact, const Verdict& verdict) {
    return std::find(verdict.grounds.begin(), verdict.grounds.end(), fact.id) != verdict.grounds.end();
}

void write_ground_sign(HtmlWriter& html, std::string_view words) {
    html.open("svg", {{"class", "icon"}, {"viewBox", "0 0 16 16"}, {"role", "img"}, {"aria-label", words}});
    html.element("title", {}, words).element("path", {{"d", "M8 1l7 7-7 7-7-7z"}}).close();
}

// A status and a message name themselves; of what else there is the span's name tells.
std::string name_of(const Fact& fact) {
    switch (fact.record) {
        case FactRecord::status: return fact.status;
        case FactRecord::sent:
        case FactRecord::received: return fact.edge + (fact.status.empty() ? "" : " · " + fact.status);
        case FactRecord::alias: return fact.alias;
        default: return fact.name;
    }
}

std::string attempt_text(const Fact& fact, const PageTexts& texts) {
    if (fact.attempt == 0) return {};
    const auto number = std::to_string(fact.attempt);
    return std::string{texts.attempt} + ' ' +
           (fact.attempt_max == 0 ? number : filled(texts.attempt_of, number, std::to_string(fact.attempt_max)));
}

void write_details(HtmlWriter& html, const Fact& fact, const PageTexts& texts) {
    bool first = true;
    for (const auto& detail : {attempt_text(fact, texts), fact.via, fact.message, fact.instance}) {
        if (detail.empty()) continue;
        html.text(first ? " " : " · ").element("span", {{"class", "muted small"}}, detail);
        first = false;
    }
}

void write_result(HtmlWriter& html, const Fact& fact, Language language) {
    const auto words = result_text(fact.result, language);
    if (fact.result == FactResult::fail || fact.result == FactResult::timeout)
        write_state(html, Mood::bad, words);
    else
        html.text(words);
}

void write_row(PageTable& table, HtmlWriter& html, const Fact& fact, const Verdict& verdict, Language language) {
    const auto& texts = page_texts(language);
    const bool ground = is_ground(fact, verdict);
    table.begin_row("fact " + to_hex(fact.id), ground ? "ground" : "");
    table.begin_cell();
    write_time(html, fact.start);
    if (ground) {
        html.text(" ");
        write_ground_sign(html, texts.ground);
    }
    table.cell(system_text(fact.system));
    table.cell(record_text(fact.record, language));
    table.begin_cell();
    html.name(name_of(fact));
    write_details(html, fact, texts);
    table.begin_cell();
    write_result(html, fact, language);
    table.cell(fact.duration > Duration{1} ? span_text(fact.duration, language) : std::string{});
    table.cell(fact.note);
    table.end_row();
}

}  // namespace

void write_facts(HtmlWriter& html, const OrderAnswer& answer, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    const auto& facts = answer.order.facts;
    const auto first = facts.size() > most_facts_shown ? facts.size() - most_facts_shown : 0;
    open_section(html, "facts", texts.facts);
    if (first > 0)
        html.element("p", {{"class", "muted"}}, filled(texts.facts_left_out, std::to_string(most_facts_shown)));
    if (!answer.verdict.grounds.empty()) {
        html.open("p", {{"class", "muted small"}}).text(texts.ground_hint).text(" ");
        write_ground_sign(html, texts.ground);
        html.close();
    }
    PageTable table{html,
                    texts.facts,
                    {{texts.time},
                     {texts.system},
                     {texts.record},
                     {texts.name},
                     {texts.result},
                     {texts.duration, true},
                     {texts.note}},
                    PageTable::Narrow::cards};
    for (std::size_t i = first; i < facts.size(); ++i)
        write_row(table, html, facts[i], answer.verdict, context.language);
    table.end();
    html.close();
}

}  // namespace ordertrace
