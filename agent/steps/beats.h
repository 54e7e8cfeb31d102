// The agent's own account of what it saw and did not see: a `beat` span for each system it speaks for, every
// `beat_every`, within 10 s of a loss, and at exit. Pure; owned by the intake thread.
// Bounds: one account a system (128), as many numbers as there are destinations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "steps/ids.h"
#include "steps/span_builder.h"
#include "steps/step_sink.h"
#include "steps/system_ledger.h"

namespace ordertrace {

// Running totals of the whole agent, as its counters have them.
struct AgentTotals {
    std::uint64_t lost_in_kernel = 0;
    std::uint64_t lost_to_all = 0;  // spans that no destination will get
    std::uint64_t rejected = 0;
    std::vector<std::pair<std::string, std::uint64_t>> dropped;  // by destination
};

// Whose beats they are: the second and third word of the pseudo order.
struct BeatIdentity {
    std::string system;  // the agent's own: it has beats even if nothing was heard of it
    std::string name_space;
    std::string host_name;
    TimePoint process_start{};
};

class BeatKeeper {
public:
    // `ids` and `ledger` outlive the keeper.
    BeatKeeper(BeatIdentity identity, IdMaker& ids, SystemLedger& ledger);

    // The totals the process began with; what is above them is told by the first beats. Without it the first tick's
    // are taken.
    void begin(const AgentTotals& totals);
    void set_every(Duration every) { every_ = every; }  // 0: off

    void tick(TimePoint now, const AgentTotals& totals, StepSink& sink);
    // The last beats, if beats are not off.
    void farewell(TimePoint now, const AgentTotals& totals, StepSink& sink);
    std::optional<TimePoint> next_due() const;

    // What proves that a collector takes anything at all: a beat of the own system, 1 µs at process start, all numbers
    // 0, the same at every call. Neither recorded nor counted.
    const Span& probe(const AgentTotals& totals);

private:
    // What a system's last beat told up to.
    struct Told {
        TimePoint time{};
        std::uint64_t events = 0;
        std::uint64_t beats = 0;
        std::uint64_t missing = 0;
        AgentTotals totals;
    };

    void beat_all(TimePoint now, const AgentTotals& totals, StepSink& sink);
    const Span& beat(std::size_t place, const Told& told, TimePoint now, const AgentTotals& totals);
    void begin_span(std::string_view system, TimePoint start, TimePoint end);
    void restarts(const std::vector<SenderRestart>& restarts);
    std::uint64_t losses(const AgentTotals& totals) const;

    BeatIdentity identity_;
    IdMaker& ids_;
    SystemLedger& ledger_;
    SpanBuilder builder_;
    Duration every_ = std::chrono::minutes{5};
    std::vector<Told> told_;  // by place in the ledger
    std::optional<AgentTotals> at_start_;
    TimePoint last_;                     // of all systems
    std::uint64_t losses_told_ = 0;      // as of the last beats
    std::optional<TimePoint> loss_due_;  // a loss is waiting to be told
    std::string restarts_;               // scratch
};

}  // namespace ordertrace
