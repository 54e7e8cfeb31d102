#include <array>

#include "board/board_sections.h"
#include "board/page_words.h"

namespace ordertrace {
namespace {

// A table with two rows of headers: the windows, and in each the same numbers.
class DurationTable {
public:
    DurationTable(HtmlWriter& html, std::string_view caption, std::string_view first, bool with_failures,
                  Language language)
        : html_{html}, texts_{page_texts(language)}, with_failures_{with_failures}, language_{language} {
        html_.open("div", {{"class", "scrolls"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", caption}});
        html_.open("table", {{"class", "durations"}}).element("caption", {{"class", "for-readers"}}, caption);
        html_.open("thead").open("tr");
        html_.element("th", {{"scope", "col"}, {"rowspan", "2"}}, first);
        for (const auto window : {texts_.day, texts_.week, texts_.four_weeks})
            html_.element("th", {{"scope", "colgroup"}, {"colspan", with_failures_ ? "4" : "3"}, {"class", "window"}},
                          window);
        html_.close().open("tr");
        for (int window = 0; window < 3; ++window) {
            header(texts_.median, "number window");
            header(texts_.p95, "number");
            header(texts_.number, "number");
            if (with_failures_) header(texts_.failures, "number");
        }
        html_.close().close().open("tbody");
    }

    void row(std::string_view key, std::string_view name, std::string_view under, const Windows& windows) {
        html_.open("tr", {{"data-key", key}}).open("th", {{"scope", "row"}}).name(name);
        if (!under.empty()) html_.text(" ").element("span", {{"class", "muted small"}}, under);
        html_.close();
        for (const auto* stats : {&windows.day, &windows.week, &windows.four_weeks}) cells(*stats);
        html_.close();
    }

    void end() { html_.close().close().close(); }

private:
    void header(std::string_view name, std::string_view look) {
        html_.element("th", {{"scope", "col"}, {"class", look}}, name);
    }

    std::string duration(const std::optional<Duration>& length) const {
        return length ? span_text(*length, language_) : std::string{texts_.nothing};
    }

    void cells(const DurationStats& stats) {
        html_.element("td", {{"class", "number window"}}, duration(stats.median));
        html_.element("td", {{"class", "number"}}, duration(stats.p95));
        html_.element("td", {{"class", "number"}}, std::to_string(stats.count));
        if (!with_failures_) return;
        html_.open("td", {{"class", "number"}});
        if (stats.failures > 0)
            write_state(html_, Mood::bad, std::to_string(stats.failures));
        else
            html_.text("0");
        html_.close();
    }

    HtmlWriter& html_;
    const PageTexts& texts_;
    bool with_failures_;
    Language language_;
};

}  // namespace

void write_stage_durations(HtmlWriter& html, const Overview& overview, const PageContext& context) {
    if (overview.stages.empty()) return;
    const auto& texts = page_texts(context.language);
    open_section(html, "stage-durations", texts.stage_durations);
    DurationTable table{html, texts.stage_durations, texts.stage, false, context.language};
    for (const auto& stage : overview.stages)
        if (!stage.stage.empty() && !stage.terminal) table.row("stay " + stage.stage, stage.stage, {}, stage.stays);
    table.end();
    html.close();
}

void write_step_durations(HtmlWriter& html, const Overview& overview, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    open_section(html, "step-durations", texts.step_durations);
    if (overview.steps.empty()) {
        html.element("p", {{"class", "empty muted"}}, texts.no_steps).close();
        return;
    }
    DurationTable table{html, texts.step_durations, texts.step, true, context.language};
    for (const auto& step : overview.steps)
        table.row("step " + step.system + ' ' + step.step, step.step, system_text(step.system), step.runs);
    table.end();
    html.close();
}

}  // namespace ordertrace
