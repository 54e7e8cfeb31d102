// What the agent adds by itself (titles, markers, given-up steps), and the parts that all spans share.
#include <algorithm>

#include "base/glob.h"
#include "steps/span_maker.h"

namespace ordertrace {

const Span& SpanMaker::title(const Event& status) {
    static constexpr std::string_view service = "order";
    const auto start = status.time - Duration{1};
    builder_.begin({.record = "title",
                    .system = service,
                    .name_space = status.name_space,
                    .order = status.order,
                    .trace = ids_.trace_id(status.name_space, status.order),
                    .id = ids_.span_id(IdKind::title, status.name_space, status.order, service, service,
                                       time_mark({}, start).view()),
                    .start = start});
    builder_.name(builder_.compose({"order ", status.order}));
    return builder_.finish();
}

const Span& SpanMaker::marker(const StepStart& start, SpanId step, IdKind kind, TimePoint time) {
    builder_.begin({.record = name_of(kind),
                    .system = start.system,
                    .name_space = start.name_space,
                    .order = start.order,
                    .trace = ids_.trace_id(start.name_space, start.order),
                    .id = ids_.span_id(kind, start.name_space, start.order, start.system, start.step,
                                       step_mark(start.step_id, start.attempt, start.start).view()),
                    .start = time});
    builder_.name(builder_.compose({start.step, " (", name_of(kind), ")"}));
    builder_.parent(step);
    if (kind == IdKind::overdue) builder_.failed("timeout");
    step_tags(start.step_id, start.attempt, start.attempt_max);
    builder_.text("service.instance.id", start.instance);
    return builder_.finish();
}

const Span& SpanMaker::started(const StepStart& start, SpanId step) {
    return marker(start, step, IdKind::started, start.start);
}

const Span& SpanMaker::overdue(const StepStart& start, SpanId step, TimePoint time) {
    return marker(start, step, IdKind::overdue, time);
}

const Span& SpanMaker::abandoned(const StepStart& start, SpanId id, std::string_view notes, TimePoint end,
                                 std::string_view reason) {
    builder_.begin({.record = "abandoned",
                    .system = start.system,
                    .name_space = start.name_space,
                    .order = start.order,
                    .trace = ids_.trace_id(start.name_space, start.order),
                    .id = id,
                    .start = start.start,
                    .duration = end - start.start});
    builder_.name(start.step);
    builder_.failed("timeout");
    builder_.text("otel.status_description", start.err);
    builder_.text("abandoned.reason", reason);
    step_tags(start.step_id, start.attempt, start.attempt_max);
    origin(start.instance, start.trace_parent);
    for (const auto& tag : start.tags) builder_.tag(tag);
    start_log(start);
    note_logs(notes);
    return builder_.finish();
}

void SpanMaker::step_tags(std::string_view step_id, std::uint32_t attempt, std::uint32_t attempt_max) {
    if (attempt != 0) builder_.integer("attempt", attempt);
    if (attempt_max != 0) builder_.integer("attempt.max", attempt_max);
    builder_.text("step.id", step_id);
}

bool SpanMaker::outcome(StepResult result, std::string_view err, std::string_view note) {
    if (result != StepResult::fail && result != StepResult::timeout) {
        builder_.text("ext.err", err);
        return false;
    }
    builder_.boolean("error", true);
    builder_.text("otel.status_description", err.empty() ? note : err);
    return err.empty();
}

void SpanMaker::codes(const Event& event) {
    if (event.rc) builder_.integer("order.rc", *event.rc);
    if (event.code) builder_.integer("order.code", *event.code);
}

void SpanMaker::origin(std::string_view instance, const std::optional<TraceParent>& trace_parent) {
    builder_.text("service.instance.id", instance);
    if (!trace_parent) return;
    builder_.text("traceparent", trace_parent->text);
    builder_.refer(trace_parent->trace, trace_parent->span);
}

void SpanMaker::sender_tags(const Event& event) {
    for (const auto& tag : event.attributes) builder_.tag(tag);
    for (const auto& tag : event.remarks) builder_.tag(tag);
}

void SpanMaker::start_log(const StepStart& start) {
    if (!start.note.empty()) builder_.log(start.start, start.note);
}

void SpanMaker::note_logs(std::string_view notes) {
    while (!notes.empty() && decode_note(notes, note_)) {
        builder_.log(note_.time, note_.message);
        for (const auto& field : note_.fields) builder_.field(field);
    }
}

bool SpanMaker::is_linked(std::string_view system) const {
    return std::any_of(linked_systems_.begin(), linked_systems_.end(),
                       [&](const std::string& pattern) { return matches_glob(pattern, system); });
}

}  // namespace ordertrace
