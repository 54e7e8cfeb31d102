// Turns events, and what is known of open steps, into spans: the table "what reaches Jaeger" of the protocol, row by
// row. Pure; owned by the intake thread. Each span is valid until the next one is made. No allocation in steady state.
// Tags stand in one order: order.record, order.id, order.namespace, span.kind, the record's own, the sender's, remarks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "steps/event.h"
#include "steps/ids.h"
#include "steps/span_builder.h"
#include "steps/step_start.h"

namespace ordertrace {

// A step that is over: by a `span`, by an `end` alone, or by an `end` and what was kept of its start.
struct FinishedStep {
    const Event& event;
    SpanId id;
    TimePoint start{};
    bool unpaired = false;              // nothing said when it began
    const StepStart* opened = nullptr;  // the start's own words, if it was open
    std::string_view notes;             // taken while it was open, encoded
};

class SpanMaker {
public:
    SpanMaker(IdMaker& ids, std::vector<std::string> linked_systems)
        : ids_{ids}, linked_systems_{std::move(linked_systems)} {}

    void link_systems(std::vector<std::string> patterns) { linked_systems_ = std::move(patterns); }

    // What one event becomes on its own: every verb but `beat`. A `start` gives the note it becomes when it comes late,
    // an `end` the span of a step that nobody saw begin.
    const Span& make(const Event& event);

    const Span& step(const FinishedStep& step);
    const Span& late_start(const Event& event);
    const Span& title(const Event& status);

    const Span& started(const StepStart& start, SpanId step);
    const Span& overdue(const StepStart& start, SpanId step, TimePoint time);
    const Span& abandoned(const StepStart& start, SpanId id, std::string_view notes, TimePoint end,
                          std::string_view reason);

    // Gives the span made last another id: its content stays.
    void change_id(SpanId id) { builder_.id(id); }

private:
    SpanBuilder::Head head(const Event& event, std::string_view record, IdKind kind, std::string_view name,
                           const Mark& mark);
    const Span& status(const Event& event);
    const Span& hand_off(const Event& event);
    const Span& mark(const Event& event);
    const Span& alias(const Event& event);
    const Span& note(const Event& event);
    const Span& instant_note(const Event& event, std::string_view message);
    const Span& marker(const StepStart& start, SpanId step, IdKind kind, TimePoint time);

    void step_tags(std::string_view step_id, std::uint32_t attempt, std::uint32_t attempt_max);
    // True if the note became the description of a failure.
    bool outcome(StepResult result, std::string_view err, std::string_view note);
    void codes(const Event& event);
    void origin(std::string_view instance, const std::optional<TraceParent>& trace_parent);
    void sender_tags(const Event& event);
    void start_log(const StepStart& start);
    void note_logs(std::string_view notes);
    bool is_linked(std::string_view system) const;

    IdMaker& ids_;
    std::vector<std::string> linked_systems_;
    SpanBuilder builder_;
    StepNote note_;  // scratch of note_logs
};

}  // namespace ordertrace
