// The steps room as one piece: events go in, spans and the life records of open steps come out through the sink, in
// order. Pure: `now` is an argument. Owned by the intake thread; gauges() and last_seen() may be read by any thread
// without a lock (relaxed atomics, names published by a count).
// Bounds: those of StepPairer, SequenceTracker, SystemLedger and StepGauges. A `span` allocates nothing in steady
// state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/balance.h"
#include "steps/beats.h"
#include "steps/event.h"
#include "steps/ids.h"
#include "steps/sequence_tracker.h"
#include "steps/span_maker.h"
#include "steps/step_gauges.h"
#include "steps/step_pairer.h"
#include "steps/step_rules.h"
#include "steps/step_sink.h"
#include "steps/system_ledger.h"

namespace ordertrace {

class Steps {
public:
    // `beat_every` 0: no beats. `sink` outlives the steps.
    Steps(StepRules rules, Duration beat_every, std::string system, std::string name_space, TimePoint process_start,
          StepSink& sink);
    Steps(const Steps&) = delete;
    Steps& operator=(const Steps&) = delete;

    // The totals before anything of this run is counted: the first beats tell what came on top.
    void begin(const AgentTotals& totals) { beats_.begin(totals); }
    // False: the record is unknown or corrupt and was ignored.
    bool replay(StepRecord kind, std::string_view bytes, std::uint64_t segment) {
        return pairer_.replay(kind, bytes, segment);
    }

    Became apply(const Event& event, TimePoint now);
    // Once a second, after the burst is read: markers, gaps, beats.
    void tick(TimePoint now, const AgentTotals& totals);
    // When tick() has something to do, if nothing else happens until then.
    std::optional<TimePoint> next_due() const;
    void set_rules(StepRules rules, Duration beat_every);
    void rewrite_below(std::uint64_t segment) { pairer_.rewrite_below(segment); }
    void farewell(TimePoint now, const AgentTotals& totals);

    // See BeatKeeper::probe; valid until the next beat or probe is made.
    const Span& probe(const AgentTotals& totals) { return beats_.probe(totals); }

    // Of this process, on the intake thread.
    std::size_t open_steps() const { return pairer_.open_steps(); }
    std::size_t open_bytes() const { return pairer_.open_bytes(); }
    std::uint64_t missing() const { return ledger_.missing_total(); }
    std::uint64_t id_conflicts() const { return pairer_.id_conflicts(); }

    // Any thread.
    const StepGauges& gauges() const { return gauges_; }
    std::vector<SystemSeen> last_seen() const { return ledger_.last_seen(); }

private:
    Became become(const Event& event, TimePoint now);
    void write(const Event& event);

    StepRules rules_;
    StepSink& sink_;
    IdMaker ids_;
    SpanMaker spans_;
    StepGauges gauges_;
    SystemLedger ledger_;
    SequenceTracker sequences_;
    StepPairer pairer_;
    BeatKeeper beats_;
};

}  // namespace ordertrace
