#include "ops/prometheus_text.h"

#include <limits>

#include "ops/metric_writer.h"
#include "ops/program_metrics.h"

namespace ordertrace {
namespace {

double seconds_since_1970(TimePoint time) { return static_cast<double>(to_micros(time)) / 1e6; }

std::uint64_t flag(bool value) { return value ? 1 : 0; }

template <class Enum, std::size_t N>
void samples_by(MetricWriter& out, std::string_view label, const std::array<std::uint64_t, N>& numbers) {
    for (std::size_t i = 0; i < N; ++i) out.sample({{label, name_of(static_cast<Enum>(i))}}, numbers[i]);
}

void events(MetricWriter& out, const IntakeCounters& intake, std::uint64_t refused) {
    static_assert(accepted_labels.size() == std::tuple_size_v<decltype(IntakeCounters::accepted)>);
    out.counter("ordertrace_datagrams_received_total", "Datagrams read from all listeners.");
    out.sample({}, intake.datagrams_received);
    out.counter("ordertrace_datagrams_lost_in_kernel_total",
                "Datagrams the kernel dropped because a receive buffer was full.");
    out.sample({}, intake.datagrams_lost_in_kernel);
    out.counter("ordertrace_datagrams_refused_total", "Datagrams of senders outside a listener's allow_from, unread.");
    out.sample({}, refused);
    out.counter("ordertrace_events_received_total", "Events read; a continuation line is part of its event.");
    out.sample({}, intake.events_received);
    out.counter("ordertrace_events_accepted_total", "Events accepted, by verb; an unknown verb is other.");
    for (std::size_t i = 0; i < accepted_labels.size(); ++i)
        out.sample({{"verb", accepted_labels[i]}}, intake.accepted[i]);
    out.counter("ordertrace_events_rejected_total", "Events rejected, by reason.");
    samples_by<RejectReason>(out, "reason", intake.rejected);
    out.counter("ordertrace_events_became_total", "What accepted events became.");
    samples_by<Became>(out, "what", intake.became);
    out.counter("ordertrace_events_missing_total", "Events that gaps in seq prove missing.");
    out.sample({}, intake.events_missing);
    out.counter("ordertrace_span_id_conflicts_total", "Spans whose id was already written with other content.");
    out.sample({}, intake.span_id_conflicts);
}

// The ways in that are no datagrams.
void listeners(MetricWriter& out, const std::vector<ListenerNumbers>& all) {
    out.gauge("ordertrace_intake_connections", "Open connections of a listener.");
    for (const auto& one : all)
        if (one.connections) out.sample({{"listener", one.listener}}, *one.connections);
    out.counter("ordertrace_intake_refused_total",
                "Connections and requests a listener refused or ended, and lines left unfinished, by reason.");
    for (const auto& one : all)
        for (const auto& [reason, count] : one.refused)
            out.sample({{"listener", one.listener}, {"reason", reason}}, count);
    out.counter("ordertrace_directory_files_total", "Files of a directory that were taken, or made trouble.");
    for (const auto& one : all)
        for (const auto& [outcome, count] : one.files)
            out.sample({{"listener", one.listener}, {"outcome", outcome}}, count);
}

void spans(MetricWriter& out, const Balance& balance) {
    out.counter("ordertrace_spans_own_total", "Spans the agent wrote of its own accord, by record.");
    samples_by<OwnRecord>(out, "record", balance.intake.own);
    out.counter("ordertrace_spans_recorded_total", "Spans written to the journal.");
    out.sample({}, balance.intake.recorded);
    out.counter("ordertrace_spans_delivered_total", "Spans a destination has taken.");
    for (const auto& to : balance.destinations) out.sample({{"to", to.name}}, to.delivered);
    out.gauge("ordertrace_spans_pending", "Spans recorded and neither delivered nor dropped yet.");
    for (const auto& to : balance.destinations) out.sample({{"to", to.name}}, to.pending);
    out.counter("ordertrace_spans_dropped_total", "Spans a destination will never get, by reason.");
    for (const auto& to : balance.destinations)
        for (std::size_t i = 0; i < drop_reason_count; ++i)
            out.sample({{"to", to.name}, {"reason", name_of(static_cast<DropReason>(i))}}, to.dropped[i]);
}

void journal(MetricWriter& out, const JournalGauges& gauges) {
    out.gauge("ordertrace_journal_bytes", "Bytes of the journal on disk, rejected spans included.");
    out.sample({}, gauges.bytes);
    out.gauge("ordertrace_journal_limit_bytes", "Bytes the journal may take; beyond it the oldest spans are dropped.");
    out.sample({}, gauges.limit_bytes);
    out.gauge("ordertrace_journal_in_memory", "1 while the disk refuses and the journal continues in memory.");
    out.sample({}, flag(gauges.in_memory));
}

void steps(MetricWriter& out, const AgentSnapshot& agent) {
    out.gauge("ordertrace_open_steps", "Steps begun and not ended.");
    out.sample({}, agent.open_steps);
    out.gauge("ordertrace_open_step_oldest_seconds", "Age of the oldest open step, by step.");
    for (const auto& [step, seconds] : agent.oldest_open_seconds) out.sample({{"step", step}}, seconds);
    out.histogram("ordertrace_step_duration_seconds", "Duration of finished steps, by step and result.");
    for (const auto& of : agent.step_durations)
        out.buckets({{"step", of.step}, {"result", of.result}}, step_seconds_bounds, of.buckets, of.seconds_sum);
}

void destinations(MetricWriter& out, const AgentSnapshot& agent) {
    out.counter("ordertrace_export_requests_total", "Requests to a destination, by outcome.");
    for (const auto& to : agent.destinations)
        for (const auto& [outcome, count] : to.requests) out.sample({{"to", to.name}, {"outcome", outcome}}, count);
    out.histogram("ordertrace_export_request_seconds", "Time a request to a destination took.");
    for (const auto& to : agent.destinations)
        out.buckets({{"to", to.name}}, request_seconds_bounds, to.request_buckets, to.request_seconds_sum);
    out.gauge("ordertrace_collector_up",
              "1 if the last request to the destination was accepted; NaN before the first.");
    for (const auto& to : agent.destinations)
        out.sample({{"to", to.name}}, to.up ? (*to.up ? 1.0 : 0.0) : std::numeric_limits<double>::quiet_NaN());
    out.gauge("ordertrace_tls_certificate_expiry_timestamp_seconds",
              "When the first of the certificates used with the destination expires.");
    for (const auto& to : agent.destinations)
        if (to.certificate_expiry) out.sample({{"to", to.name}}, static_cast<double>(*to.certificate_expiry));
}

void reception(MetricWriter& out, const AgentSnapshot& agent) {
    out.gauge("ordertrace_receive_buffer_bytes", "Receive buffer really got, the smallest of all listeners.");
    out.sample({}, agent.receive_buffer_bytes);
    out.gauge("ordertrace_system_last_seen_timestamp_seconds", "When the last event of a system came.");
    for (const auto& [system, time] : agent.last_seen) out.sample({{"system", system}}, seconds_since_1970(time));
}

}  // namespace

std::string prometheus_text(const AgentSnapshot& agent, const ProcessStats& process) {
    MetricWriter out;
    events(out, agent.balance.intake, agent.datagrams_refused);
    listeners(out, agent.listeners);
    spans(out, agent.balance);
    journal(out, agent.journal);
    steps(out, agent);
    destinations(out, agent);
    reception(out, agent);
    write_config_reads(out, agent.last_reload_successful, agent.last_reload);
    write_program(out, process);
    return out.take();
}

}  // namespace ordertrace
