#include "board/facts_table.h"
#include "board/page_frame.h"
#include "board/page_words.h"
#include "board/timeline_svg.h"

namespace ordertrace {
namespace {

void write_headline(HtmlWriter& html, const OrderAnswer& answer, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    const auto& verdict = answer.verdict;
    html.open("p", {{"class", "which"}}).text(texts.order).text(" ").element("strong", {}, answer.order.order);
    for (const auto& alias : answer.order.aliases)
        html.text(", ").element("span", {{"class", "muted"}}, filled(texts.also, alias));
    html.close();
    const auto mood = mood_of(verdict);
    html.open("h1",
              {{"class", std::string{"headline "}.append(class_of(mood))}, {"data-verdict", word_for(verdict.kind)}});
    write_state(html, mood, state_text(verdict.kind, verdict.overdue, context.language));
    html.text(" ").element("span", {{"class", "sentence"}},
                           sentence(verdict, answer.order.order, context.now, context.language));
    html.close();
    const bool by_alias = answer.asked != answer.order.order;
    if (by_alias) html.element("p", {{"class", "muted"}}, filled(texts.asked_by_alias, answer.asked));
    if (answer.order.truncated) html.element("p", {{"class", "banner is-warning"}}, texts.truncated);
}

std::string limit_text(const Verdict& verdict, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    const auto length = span_text(*verdict.limit, context.language);
    auto text = verdict.business ? filled(texts.open_hours, length) : length;
    if (!verdict.deadline) return text;
    const auto left = *verdict.deadline - context.now;
    const auto& how = left > Duration::zero() ? texts.left : texts.passed_ago;
    return text + ", " + filled(how, span_text(std::max(left, -left), context.language));
}

class Answers {
public:
    explicit Answers(HtmlWriter& html) : html_{html} { html_.open("dl", {{"class", "answers"}}); }
    HtmlWriter& open(std::string_view name) {
        html_.open("div").element("dt", {}, name);
        return html_.open("dd");
    }
    void close() { html_.close().close(); }
    void add(std::string_view name, std::string_view value) {
        open(name).text(value);
        close();
    }
    void end() { html_.close(); }

private:
    HtmlWriter& html_;
};

void write_answers(HtmlWriter& html, const OrderAnswer& answer, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    const auto& verdict = answer.verdict;
    Answers answers{html};
    answers.add(texts.to_act, verdict.to_act.empty() ? std::string{texts.nobody} : system_text(verdict.to_act));
    answers.open(texts.since);
    write_time(html, verdict.since);
    html.text(" ").element("span", {{"class", "muted"}}, '(' + age_text(verdict.since, context) + ')');
    answers.close();
    if (verdict.limit && *verdict.limit > Duration::zero()) answers.add(texts.limit, limit_text(verdict, context));
    if (!verdict.stage.empty()) answers.open(texts.stage).name(verdict.stage), answers.close();
    if (!verdict.step.empty()) answers.add(texts.step, verdict.step);
    if (verdict.attempt > 0 && verdict.attempt_max > 0)
        answers.add(texts.attempt,
                    filled(texts.attempt_of, std::to_string(verdict.attempt), std::to_string(verdict.attempt_max)));
    if (!verdict.expected_next.empty()) {
        answers.open(texts.expected_next);
        for (std::size_t i = 0; i < verdict.expected_next.size(); ++i)
            html.text(i == 0 ? "" : ", ").name(verdict.expected_next[i]);
        answers.close();
    }
    answers.end();
}

void write_jaeger_links(HtmlWriter& html, const OrderAnswer& answer, const PageContext& context) {
    if (context.jaeger_url.empty()) return;
    const auto& texts = page_texts(context.language);
    const auto link = [&](const std::string& trace, std::string_view words) {
        html.element("a", {{"href", context.jaeger_url + "/trace/" + percent_encoded(trace)}, {"rel", "noreferrer"}},
                     words);
    };
    html.open("p", {{"class", "links"}});
    link(answer.trace_id, texts.jaeger);
    for (const auto& [alias, trace] : answer.alias_traces) link(trace, filled(texts.jaeger_of, alias));
    html.close();
}

void write_nearest(HtmlWriter& html, const OrderAnswer& answer, const PageContext& context) {
    if (answer.nearest.empty()) return;
    open_section(html, "nearest", page_texts(context.language).nearest);
    html.open("ul", {{"class", "nearest"}});
    for (const auto& id : answer.nearest) html.open("li").element("a", {{"href", order_url(id, context)}}, id).close();
    html.close().close();
}

}  // namespace

std::string order_page(const OrderAnswer& answer, const Lifecycle& lifecycle, const PageContext& context) {
    const bool known = answer.verdict.kind != VerdictKind::unknown;
    const auto state = state_text(answer.verdict.kind, answer.verdict.overdue, context.language);
    const auto title = answer.order.order + " – " + std::string{state};
    auto html = begin_page({.title = title, .news = title, .searched = known ? std::string{} : answer.asked}, context);
    write_headline(html, answer, context);
    if (known) {
        write_answers(html, answer, context);
        write_jaeger_links(html, answer, context);
        write_timeline(html, answer, lifecycle, context);
        write_facts(html, answer, context);
    } else {
        write_nearest(html, answer, context);
    }
    return end_page(std::move(html));
}

}  // namespace ordertrace
