// The board's metrics. A scrape costs the same however many orders there are.
#include <algorithm>
#include <array>

#include "board/api.h"
#include "ops/metric_writer.h"
#include "ops/program_metrics.h"

namespace ordertrace {
namespace {

constexpr std::array<VerdictKind, 8> stuck_kinds{VerdictKind::failed,
                                                 VerdictKind::died_inside,
                                                 VerdictKind::not_sent,
                                                 VerdictKind::in_transit,
                                                 VerdictKind::received_not_applied,
                                                 VerdictKind::running,
                                                 VerdictKind::late,
                                                 VerdictKind::blind};

using Number = std::atomic<std::uint64_t> StoreIntakeNumbers::*;
struct Reason {
    std::string_view name;
    Number number;
};

double seconds_of(Duration length) { return std::chrono::duration<double>{length}.count(); }

// Prometheus takes an empty label for none.
std::string_view label_of(const StageRow& stage) {
    if (stage.stage.empty()) return "(none)";
    return stage.stage;
}

std::uint64_t count_of(const StageRow& stage, VerdictKind kind) {
    const auto found = stage.stuck_by.find(kind);
    return found == stage.stuck_by.end() ? 0 : found->second;
}

void stages(MetricWriter& out, const Overview& overview) {
    out.gauge("ordertrace_orders_in_stage", "Orders whose latest status is this one.");
    for (const auto& stage : overview.stages) out.sample({{"stage", label_of(stage)}}, stage.orders);
    out.gauge("ordertrace_stage_oldest_seconds", "How long the order that is in the stage longest has been there.");
    for (const auto& stage : overview.stages) {
        const auto age = stage.oldest ? std::max(overview.at - *stage.oldest, Duration::zero()) : Duration::zero();
        out.sample({{"stage", label_of(stage)}}, seconds_of(age));
    }
    out.gauge("ordertrace_stuck_orders", "Orders that are stuck, by stage and verdict.");
    for (const auto& stage : overview.stages)
        for (const auto kind : stuck_kinds)
            out.sample({{"stage", label_of(stage)}, {"verdict", word_for(kind)}}, count_of(stage, kind));
    out.histogram("ordertrace_stage_duration_seconds", "How long finished stays in a stage took.");
    for (const auto& stage : overview.stages) {
        if (stage.stage.empty()) continue;  // nobody stays in none
        std::vector<double> bounds;
        std::vector<std::uint64_t> counts;
        for (const auto& [bound, count] : stage.histogram.buckets) {
            bounds.push_back(bound);
            counts.push_back(count);
        }
        counts.push_back(stage.histogram.count);
        out.buckets({{"stage", label_of(stage)}}, bounds, counts, stage.histogram.sum_seconds);
    }
}

void edges_and_systems(MetricWriter& out, const Overview& overview) {
    out.gauge("ordertrace_handoffs_unmatched", "Messages that should have arrived and did not, by edge.");
    for (const auto& edge : overview.edges) out.sample({{"edge", edge.edge}}, edge.missing);
    out.gauge("ordertrace_system_last_seen_timestamp_seconds", "When a system was last heard of.");
    for (const auto& system : overview.systems)
        if (system.last_seen != TimePoint{})
            out.sample({{"system", system.system}}, seconds_of(system.last_seen.time_since_epoch()));
}

void watcher(MetricWriter& out, const Overview& overview) {
    const auto& counters = overview.counters;
    out.gauge("ordertrace_board_caught_up", "1 once all orders of the store have been judged.");
    out.sample({}, std::uint64_t{overview.caught_up ? 1U : 0U});
    out.counter("ordertrace_board_cycles_total", "Cycles of the watcher, failed ones included.");
    out.sample({}, counters.cycles);
    out.counter("ordertrace_board_cycles_failed_total", "Cycles in which the store did not answer.");
    out.sample({}, counters.failed_cycles);
    out.gauge("ordertrace_board_last_cycle_timestamp_seconds", "End of the last cycle that did not fail.");
    out.sample({}, seconds_of(overview.at.time_since_epoch()));
    out.gauge("ordertrace_board_last_cycle_seconds", "How long the last cycle that did not fail took.");
    out.sample({}, seconds_of(overview.took));
    out.counter("ordertrace_board_orders_judged_total", "Verdicts made by the watcher.");
    out.sample({}, counters.judged);
    out.counter("ordertrace_board_marks_total",
                "Marks, by outcome: sent, older than watch.look_back, or not taken by the agent and tried again.");
    out.sample({{"outcome", "sent"}}, counters.marks_sent);
    out.sample({{"outcome", "too_old"}}, counters.marks_too_old);
    out.sample({{"outcome", "failed"}}, counters.marks_failed);
}

void count(MetricWriter& out, const StoreIntakeNumbers* intake, std::string_view name, std::string_view help,
           Number number) {
    out.counter(name, help);
    if (intake != nullptr) out.sample({}, (intake->*number).load(std::memory_order_relaxed));
}

template <std::size_t N>
void count_by_reason(MetricWriter& out, const StoreIntakeNumbers* intake, std::string_view name, std::string_view help,
                     const std::array<Reason, N>& reasons) {
    out.counter(name, help);
    if (intake == nullptr) return;
    for (const auto& reason : reasons)
        out.sample({{"reason", reason.name}}, (intake->*reason.number).load(std::memory_order_relaxed));
}

// Without an intake of the board's own the families stand empty.
void intake_numbers(MetricWriter& out, const StoreIntakeNumbers* intake) {
    using Numbers = StoreIntakeNumbers;
    static constexpr std::array<Reason, 2> ignored{
        {{"other_namespace", &Numbers::other_namespace}, {"without_order", &Numbers::without_order}}};
    static constexpr std::array<Reason, 2> removed{
        {{"age", &Numbers::removed_by_age}, {"limit", &Numbers::removed_by_limit}}};
    static constexpr std::array<Reason, 4> refused{{{"connections", &Numbers::connections_refused},
                                                    {"handshake", &Numbers::handshakes_failed},
                                                    {"too_large", &Numbers::requests_too_large},
                                                    {"timed_out", &Numbers::requests_timed_out}}};
    count(out, intake, "ordertrace_board_batches_total", "Span batches taken in, failed ones included.",
          &Numbers::batches);
    count(out, intake, "ordertrace_board_batches_failed_total", "Span batches the store could not take.",
          &Numbers::batches_failed);
    count(out, intake, "ordertrace_board_facts_total", "Facts of orders written to the store.", &Numbers::facts);
    count(out, intake, "ordertrace_board_facts_duplicate_total", "Facts that were there already.",
          &Numbers::duplicates);
    count(out, intake, "ordertrace_board_beats_total", "Beats of systems taken in.", &Numbers::beats);
    count_by_reason(out, intake, "ordertrace_board_spans_ignored_total",
                    "Spans that are no fact of an order, by reason.", ignored);
    count_by_reason(out, intake, "ordertrace_board_intake_refused_total",
                    "Connections and requests the intake refused, by reason.", refused);
    count_by_reason(out, intake, "ordertrace_board_orders_removed_total", "Orders retention removed, by reason.",
                    removed);
    out.gauge("ordertrace_board_store_bytes", "Bytes of the store's file in use.");
    if (intake != nullptr) out.sample({}, intake->bytes.load(std::memory_order_relaxed));
}

}  // namespace

std::string board_metrics(const Overview& overview, const StoreIntakeNumbers* intake, const ConfigReads& config_reads) {
    MetricWriter out;
    stages(out, overview);
    edges_and_systems(out, overview);
    watcher(out, overview);
    intake_numbers(out, intake);
    write_config_reads(out, config_reads.successful, config_reads.at);
    write_program(out, read_process_stats());
    return out.take();
}

}  // namespace ordertrace
