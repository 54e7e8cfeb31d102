#include "board/board_sections.h"
#include "board/page_table.h"
#include "board/page_words.h"

namespace ordertrace {
namespace {

std::string edge_text(std::string_view edge) {
    const auto arrow = edge.find('>');
    if (arrow == std::string_view::npos) return std::string{edge};
    return system_text(edge.substr(0, arrow)) + " → " + system_text(edge.substr(arrow + 1));
}

// A number that should be 0, with a sign when it is not.
void write_loss(PageTable& table, HtmlWriter& html, std::uint64_t count) {
    if (count == 0) return table.cell("0");
    table.begin_cell();
    write_state(html, Mood::bad, std::to_string(count));
}

void write_edge(PageTable& table, HtmlWriter& html, const EdgeOverview& edge, const PageContext& context) {
    table.begin_row("edge " + edge.edge);
    table.cell(edge_text(edge.edge));
    table.cell(std::to_string(edge.sent));
    table.cell(std::to_string(edge.received));
    write_loss(table, html, edge.missing);
    const bool has_missing = edge.missing > 0 && edge.oldest_missing;
    table.cell(has_missing ? age_text(*edge.oldest_missing, context)
                           : std::string{page_texts(context.language).nothing});
    table.end_row();
}

void write_last_seen(HtmlWriter& html, const SystemOverview& system, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    if (system.last_seen == TimePoint{})
        html.element("span", {{"class", "muted"}}, texts.never);
    else
        write_time(html, system.last_seen);
    if (!system.silent_for) return;
    html.text(" ");
    write_state(html, Mood::warning, filled(texts.silent_for, span_text(*system.silent_for, context.language)));
}

std::uint64_t count_of(std::int64_t number) { return number > 0 ? static_cast<std::uint64_t>(number) : 0; }

void write_system(PageTable& table, HtmlWriter& html, const SystemOverview& system, const PageContext& context) {
    constexpr std::size_t most_hosts = 5;
    table.begin_row("system " + system.system);
    table.cell(system_text(system.system));
    std::string hosts;
    for (std::size_t i = 0; i < system.hosts.size() && i < most_hosts; ++i)
        hosts += (hosts.empty() ? "" : ", ") + system.hosts[i];
    if (system.hosts.size() > most_hosts) hosts += " …";
    html.text(" ").element("span", {{"class", "muted small"}}, hosts);
    table.begin_cell();
    write_last_seen(html, system, context);
    write_loss(table, html, count_of(system.lost));
    write_loss(table, html, count_of(system.missing));
    write_loss(table, html, count_of(system.dropped));
    table.end_row();
}

}  // namespace

void write_edges(HtmlWriter& html, const Overview& overview, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    open_section(html, "edges", texts.edges);
    if (overview.edges.empty()) {
        html.element("p", {{"class", "empty muted"}}, texts.no_edges).close();
        return;
    }
    PageTable table{
        html,
        texts.edges,
        {{texts.edge}, {texts.sent, true}, {texts.received, true}, {texts.missing, true}, {texts.oldest_missing, true}},
        PageTable::Narrow::scrolls};
    for (const auto& edge : overview.edges) write_edge(table, html, edge, context);
    table.end();
    html.close();
}

void write_systems(HtmlWriter& html, const Overview& overview, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    open_section(html, "systems", texts.systems);
    if (overview.systems.empty()) {
        html.element("p", {{"class", "empty muted"}}, texts.no_systems).close();
        return;
    }
    PageTable table{
        html,
        texts.systems,
        {{texts.system}, {texts.last_seen}, {texts.lost, true}, {texts.unnumbered, true}, {texts.dropped, true}},
        PageTable::Narrow::scrolls};
    for (const auto& system : overview.systems) write_system(table, html, system, context);
    table.end();
    html.element("p", {{"class", "muted small"}}, texts.systems_hint).close();
}

}  // namespace ordertrace
