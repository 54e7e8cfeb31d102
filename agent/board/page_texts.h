// Every text of the pages that is not the verdict's sentence, in both languages. Constants; any thread.
// "{}" in a text is where a value goes: see filled().
#pragma once

#include <string>
#include <string_view>

#include "orders/fact.h"
#include "orders/sentence.h"
#include "orders/verdict.h"

namespace ordertrace {

struct PageTexts {
    // Every page
    std::string_view lang, product, skip, search_label, search_hint, search, pause, resume, offline;
    // The register itself
    std::string_view no_cycle, catching_up, trouble, orders_known, as_of;
    // Board
    std::string_view one_stuck, many_stuck, nothing_stuck, nothing_stuck_yet, nothing_stuck_in;
    std::string_view stages, no_status, stuck_count, oldest, show_stuck_in;
    std::string_view stuck_orders, stuck_in, show_all, more, first_page;
    std::string_view order, problem, to_act, since, age, nobody;
    std::string_view edges, edge, sent, received, missing, oldest_missing, no_edges;
    std::string_view systems, system, last_seen, never, silent_for, lost, unnumbered, dropped, systems_hint, no_systems;
    std::string_view stage_durations, step_durations, stage, step, day, week, four_weeks, median, p95, number, failures;
    std::string_view no_steps;
    // Order
    std::string_view also, asked_by_alias, limit, open_hours, passed_ago, left, expected_next, attempt, attempt_of;
    std::string_view jaeger, jaeger_of, nearest, truncated, nothing;
    // Timeline
    std::string_view timeline, timeline_hint, timeline_from, zoom, zoom_in, zoom_out, zoom_whole, stays_lane, now;
    std::string_view timeline_left_out, timeline_describes, in_stage, still;
    std::string_view not_sent, not_taken, not_applied, no_next, not_tried_again, message, message_lost, unsent_message;
    std::string_view legend_step, legend_failed, legend_open, legend_status, legend_message, legend_missing,
        legend_limit;
    // Facts
    std::string_view facts, facts_left_out, time, record, name, result, duration, note, ground, ground_hint;
    // Trouble page
    std::string_view trouble_title, trouble_hint;
};

const PageTexts& page_texts(Language language);
extern const PageTexts english_texts, russian_texts;

// A few words for the state: "In transit". `overdue` tells a step that runs too long from one that runs.
std::string_view state_text(VerdictKind kind, bool overdue, Language language);
std::string_view record_text(FactRecord record, Language language);
std::string_view result_text(FactResult result, Language language);

// The text with its "{}" filled, one value each.
std::string filled(std::string_view text, std::string_view value);
std::string filled(std::string_view text, std::string_view first, std::string_view second);

}  // namespace ordertrace
