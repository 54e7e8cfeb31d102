// Joins the starts and ends of steps, keeps what is noted in between, and speaks up for steps that hang. Pure: the
// caller supplies `now`. Owned by the intake thread.
// Bounds: `max_open` steps and `max_open_bytes` of their records, beyond them new starts are refused and old ones kept;
// the last 10,000 closed steps and the last 10,000 `span`s within 1 h are remembered against duplicates and disorder.
// Everything it must know after a restart goes through StepSink::step_record and comes back by replay(); the memory of
// `span`s does not (it would double what a span costs), so a conflict across a restart is not seen.
#pragma once

#include <optional>
#include <string>

#include "base/balance.h"
#include "steps/event.h"
#include "steps/ids.h"
#include "steps/open_steps.h"
#include "steps/recent_memory.h"
#include "steps/span_maker.h"
#include "steps/step_gauges.h"
#include "steps/step_records.h"
#include "steps/step_rules.h"
#include "steps/step_sink.h"

namespace ordertrace {

class StepPairer {
public:
    // All of these outlive the pairer; `rules` may change, then rules_changed() must be called.
    StepPairer(const StepRules& rules, IdMaker& ids, SpanMaker& spans, StepGauges& gauges, StepSink& sink)
        : rules_{rules}, ids_{ids}, spans_{spans}, gauges_{gauges}, sink_{sink}, open_{gauges} {}

    Became start(const Event& event, TimePoint now);
    Became end(const Event& event, TimePoint now);
    Became span(const Event& event, TimePoint now);
    // True if the note found its open step.
    bool attach(const Event& note);

    // Markers that are due, steps to give up.
    void judge(TimePoint now);
    std::optional<TimePoint> next_due() const;
    void rules_changed();

    // False: the record is unknown or corrupt and was ignored.
    bool replay(StepRecord kind, std::string_view bytes, std::uint64_t segment);
    // Appends anew, as whole `opened` records, the open steps whose state may lie in segments below this one.
    void rewrite_below(std::uint64_t segment);

    std::size_t open_steps() const { return open_.size(); }
    std::size_t open_bytes() const { return open_.bytes(); }
    std::uint64_t id_conflicts() const { return conflicts_; }

private:
    struct ClosedEntry : ClosedRecord {
        enum : std::size_t { by_span, by_end, by_late_key };
        bool without_start() const { return how == ClosedHow::alone || how == ClosedHow::unpaired; }
        std::uint64_t key(std::size_t which) const {
            if (which == by_late_key) return without_start() ? ClosedRecord::key : 0;
            return which == by_span ? span.value : end;
        }
    };
    struct SpanEntry {
        enum : std::size_t { by_span };
        std::uint64_t span = 0;     // the id before any suffix
        std::uint64_t content = 0;  // hash
        TimePoint seen{};
        std::uint64_t suffix = 1;  // 1: none
        std::uint64_t key(std::size_t) const { return span; }
    };
    enum class Stage : std::uint8_t { started, overdue, given_up };
    struct Due {
        Stage stage = Stage::given_up;
        TimePoint time{};
    };

    SpanId step_id(const Event& event, TimePoint start);
    std::uint64_t key_of(const Event& event);
    std::uint64_t group_of(const Event& event);
    bool was_written(SpanId id, TimePoint now) const;
    std::uint64_t suffix_of(SpanId id, std::uint64_t content, TimePoint now);

    Became late(const Event& event);
    Became open(const Event& event, SpanId id, std::uint64_t key, OpenSteps::Slot older, TimePoint now);
    void finish(OpenSteps::Slot slot, const Event& event, std::uint64_t end, TimePoint now);
    void finish_alone(const Event& event, std::uint64_t key, std::uint64_t end, TimePoint now);
    void abandon(OpenSteps::Slot slot, TimePoint end, std::string_view reason, TimePoint now);
    void advance(OpenSteps::Slot slot, TimePoint now);
    void set_marks(OpenSteps::Slot slot, std::uint8_t mark);
    void remember(const ClosedRecord& record);

    StepLimits limits_of(std::string_view step) const;
    Due due_of(TimePoint start, const StepLimits& limits, std::uint8_t marks) const;
    void record_opened(OpenSteps::Slot slot);
    template <class Record>
    std::uint64_t record(StepRecord kind, const Record& content) {
        record_.clear();
        encode(content, record_);
        return sink_.step_record(kind, record_);
    }

    bool replay_opened(std::string_view bytes, std::uint64_t segment);
    bool replay_closed(std::string_view bytes);
    bool replay_noted(std::string_view bytes);
    bool replay_marked(std::string_view bytes);

    const StepRules& rules_;
    IdMaker& ids_;
    SpanMaker& spans_;
    StepGauges& gauges_;
    StepSink& sink_;
    OpenSteps open_;
    RecentMemory<ClosedEntry, 3, 10'000> closed_;
    RecentMemory<SpanEntry, 1, 10'000> written_;
    std::uint64_t conflicts_ = 0;
    OpenStep fresh_;      // scratch: the step about to be opened
    StepStart start_;     // scratch: what was kept of a start
    std::string record_;  // scratch
    std::string note_;    // scratch
};

}  // namespace ordertrace
