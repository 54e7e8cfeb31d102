// What a scrape sees: the balance from the state page, everything else from relaxed atomics and delivery's own numbers.
#include <algorithm>

#include "app.h"

namespace ordertrace {
namespace {

void add_steps(AgentSnapshot& snapshot, const StepGauges& gauges) {
    snapshot.open_steps = gauges.open_steps();
    for (const auto& open : gauges.oldest_open()) {
        const std::chrono::duration<double> age = snapshot.now - open.start;
        snapshot.oldest_open_seconds.emplace(open.step, std::max(0.0, age.count()));
    }
    for (const auto& duration : gauges.durations())
        snapshot.step_durations.push_back({.step = std::string{duration.step},
                                           .result = std::string{name_of(duration.result)},
                                           .buckets = {duration.cumulative.begin(), duration.cumulative.end()},
                                           .seconds_sum = duration.seconds_sum});
}

}  // namespace

AgentSnapshot App::snapshot() const {
    AgentSnapshot snapshot;
    snapshot.now = wall_clock();
    snapshot.started = process_start_;
    snapshot.system = settings_.system;
    snapshot.ready = ready_;
    snapshot.draining = draining_;
    snapshot.balance = balance_of(*journal_->shared());
    if (ready_) intake_->add_unread_losses(snapshot.balance.intake);
    snapshot.journal = gauges_of(*journal_->shared());
    snapshot.destinations = exporter_->numbers();
    add_steps(snapshot, pipeline_->steps().gauges());
    for (const auto& seen : pipeline_->steps().last_seen()) snapshot.last_seen.emplace(seen.system, seen.time);
    snapshot.receive_buffer_bytes = receive_buffer_;
    snapshot.datagrams_refused = pipeline_->datagrams_refused();
    snapshot.listeners = doors_->numbers();
    snapshot.last_reload_successful = last_reload_successful_;
    snapshot.last_reload = last_reload_;
    for (const auto& line : rejects_.copy())
        snapshot.rejects.push_back({.received = line.received,
                                    .reason = std::string{name_of(line.reason)},
                                    .from = line.from,
                                    .text = line.text});
    return snapshot;
}

}  // namespace ordertrace
