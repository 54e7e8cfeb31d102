#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "board/api.h"
#include "unit/register/register_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

const ConfigReads reads{false, t0 + 250ms};

Overview sample_overview() {
    Overview overview;
    overview.at = t0 + 1h;
    overview.took = 250ms;
    overview.caught_up = true;
    StageOverview none;
    none.orders = 1;
    StageOverview created;
    created.stage = "CREATED";
    created.orders = 5;
    created.stuck = 3;
    created.stuck_by = {{VerdictKind::late, 2}, {VerdictKind::in_transit, 1}};
    created.oldest = t0;
    created.histogram = {{{60, 1}, {300, 2}}, 4, 1234.5};
    overview.stages = {none, created};
    overview.edges = {{{"mes>crm", 7, 5, 2}, t0}};
    SystemOverview never_seen;
    never_seen.system = "crm";
    SystemOverview seen;
    seen.system = "mes";
    seen.last_seen = t0 + 500ms;
    overview.systems = {never_seen, seen};
    overview.counters = {
        .cycles = 9, .failed_cycles = 1, .judged = 20, .marks_sent = 3, .marks_too_old = 4, .marks_failed = 5};
    return overview;
}

// What the process itself is left out: it differs from run to run.
std::string without_help_and_process(const std::string& text) {
    std::string left;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        if (line.front() != '#' && line.rfind("process_", 0) != 0) left += line + '\n';
    return left;
}

std::vector<std::string> family_names(const std::string& text) {
    std::vector<std::string> names;
    std::istringstream lines{text};
    const std::string type = "# TYPE ";
    for (std::string line; std::getline(lines, line);)
        if (line.rfind(type, 0) == 0)
            names.push_back(line.substr(type.size(), line.find(' ', type.size()) - type.size()));
    return names;
}

}  // namespace

TEST_CASE("the names of the board's metrics are frozen") {
    const std::vector<std::string> frozen{"ordertrace_orders_in_stage",
                                          "ordertrace_stage_oldest_seconds",
                                          "ordertrace_stuck_orders",
                                          "ordertrace_stage_duration_seconds",
                                          "ordertrace_handoffs_unmatched",
                                          "ordertrace_system_last_seen_timestamp_seconds",
                                          "ordertrace_board_caught_up",
                                          "ordertrace_board_cycles_total",
                                          "ordertrace_board_cycles_failed_total",
                                          "ordertrace_board_last_cycle_timestamp_seconds",
                                          "ordertrace_board_last_cycle_seconds",
                                          "ordertrace_board_orders_judged_total",
                                          "ordertrace_board_marks_total",
                                          "ordertrace_board_batches_total",
                                          "ordertrace_board_batches_failed_total",
                                          "ordertrace_board_facts_total",
                                          "ordertrace_board_facts_duplicate_total",
                                          "ordertrace_board_beats_total",
                                          "ordertrace_board_spans_ignored_total",
                                          "ordertrace_board_intake_refused_total",
                                          "ordertrace_board_orders_removed_total",
                                          "ordertrace_board_store_bytes",
                                          "ordertrace_config_last_reload_successful",
                                          "ordertrace_config_last_reload_timestamp_seconds",
                                          "ordertrace_build_info",
                                          "process_cpu_seconds_total",
                                          "process_resident_memory_bytes",
                                          "process_virtual_memory_bytes",
                                          "process_open_fds",
                                          "process_max_fds",
                                          "process_start_time_seconds"};
    const StoreIntakeNumbers intake;
    CHECK(family_names(board_metrics(sample_overview(), &intake, reads)) == frozen);
    CHECK(family_names(board_metrics({}, nullptr, reads)) == frozen);
}

TEST_CASE("every number of the overview and of the intake is there") {
    StoreIntakeNumbers intake;
    std::uint64_t next = 100;
    for (auto* number : {&intake.batches, &intake.batches_failed, &intake.facts, &intake.duplicates, &intake.beats,
                         &intake.other_namespace, &intake.without_order, &intake.connections_refused,
                         &intake.handshakes_failed, &intake.requests_too_large, &intake.requests_timed_out,
                         &intake.removed_by_age, &intake.removed_by_limit, &intake.bytes})
        *number = next++;
    CHECK(without_help_and_process(board_metrics(sample_overview(), &intake, reads)) ==
          R"text(ordertrace_orders_in_stage{stage="(none)"} 1
ordertrace_orders_in_stage{stage="CREATED"} 5
ordertrace_stage_oldest_seconds{stage="(none)"} 0
ordertrace_stage_oldest_seconds{stage="CREATED"} 3600
ordertrace_stuck_orders{stage="(none)",verdict="failed"} 0
ordertrace_stuck_orders{stage="(none)",verdict="died_inside"} 0
ordertrace_stuck_orders{stage="(none)",verdict="not_sent"} 0
ordertrace_stuck_orders{stage="(none)",verdict="in_transit"} 0
ordertrace_stuck_orders{stage="(none)",verdict="received_not_applied"} 0
ordertrace_stuck_orders{stage="(none)",verdict="running"} 0
ordertrace_stuck_orders{stage="(none)",verdict="late"} 0
ordertrace_stuck_orders{stage="(none)",verdict="blind"} 0
ordertrace_stuck_orders{stage="CREATED",verdict="failed"} 0
ordertrace_stuck_orders{stage="CREATED",verdict="died_inside"} 0
ordertrace_stuck_orders{stage="CREATED",verdict="not_sent"} 0
ordertrace_stuck_orders{stage="CREATED",verdict="in_transit"} 1
ordertrace_stuck_orders{stage="CREATED",verdict="received_not_applied"} 0
ordertrace_stuck_orders{stage="CREATED",verdict="running"} 0
ordertrace_stuck_orders{stage="CREATED",verdict="late"} 2
ordertrace_stuck_orders{stage="CREATED",verdict="blind"} 0
ordertrace_stage_duration_seconds_bucket{stage="CREATED",le="60"} 1
ordertrace_stage_duration_seconds_bucket{stage="CREATED",le="300"} 2
ordertrace_stage_duration_seconds_bucket{stage="CREATED",le="+Inf"} 4
ordertrace_stage_duration_seconds_sum{stage="CREATED"} 1234.5
ordertrace_stage_duration_seconds_count{stage="CREATED"} 4
ordertrace_handoffs_unmatched{edge="mes>crm"} 2
ordertrace_system_last_seen_timestamp_seconds{system="mes"} 1795305600.5
ordertrace_board_caught_up 1
ordertrace_board_cycles_total 9
ordertrace_board_cycles_failed_total 1
ordertrace_board_last_cycle_timestamp_seconds 1795309200
ordertrace_board_last_cycle_seconds 0.25
ordertrace_board_orders_judged_total 20
ordertrace_board_marks_total{outcome="sent"} 3
ordertrace_board_marks_total{outcome="too_old"} 4
ordertrace_board_marks_total{outcome="failed"} 5
ordertrace_board_batches_total 100
ordertrace_board_batches_failed_total 101
ordertrace_board_facts_total 102
ordertrace_board_facts_duplicate_total 103
ordertrace_board_beats_total 104
ordertrace_board_spans_ignored_total{reason="other_namespace"} 105
ordertrace_board_spans_ignored_total{reason="without_order"} 106
ordertrace_board_intake_refused_total{reason="connections"} 107
ordertrace_board_intake_refused_total{reason="handshake"} 108
ordertrace_board_intake_refused_total{reason="too_large"} 109
ordertrace_board_intake_refused_total{reason="timed_out"} 110
ordertrace_board_orders_removed_total{reason="age"} 111
ordertrace_board_orders_removed_total{reason="limit"} 112
ordertrace_board_store_bytes 113
ordertrace_config_last_reload_successful 0
ordertrace_config_last_reload_timestamp_seconds 1795305600.25
ordertrace_build_info{version="0.1.0"} 1
)text");
}

TEST_CASE("without an intake its families stand empty") {
    const auto text = board_metrics(sample_overview(), nullptr, reads);
    CHECK(text.find("\nordertrace_board_facts_total ") == std::string::npos);
    CHECK(text.find("# TYPE ordertrace_board_facts_total counter\n") != std::string::npos);
}
