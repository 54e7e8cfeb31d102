#include "steps/span_maker.h"

#include <algorithm>

#include "base/text.h"

namespace ordertrace {
namespace {

constexpr std::size_t note_id_bytes = 32;

bool is_failure(StepResult result) { return result == StepResult::fail || result == StepResult::timeout; }

}  // namespace

SpanBuilder::Head SpanMaker::head(const Event& event, std::string_view record, IdKind kind, std::string_view name,
                                  const Mark& mark) {
    return {.record = record,
            .system = event.system,
            .name_space = event.name_space,
            .order = event.order,
            .trace = ids_.trace_id(event.name_space, event.order),
            .id = ids_.span_id(kind, event.name_space, event.order, event.system, name, mark.view()),
            .start = event.time};
}

const Span& SpanMaker::make(const Event& event) {
    if (event.demoted) return note(event);
    auto step_id = [&](TimePoint start) {
        return ids_.span_id(IdKind::step, event.name_space, event.order, event.system, event.name,
                            step_mark(event.step_id, event.attempt, start).view());
    };
    switch (event.verb) {
        case Verb::span:
        case Verb::end: {
            const bool starts = event.verb == Verb::span || event.has_start;
            const auto start = starts ? event.start : event.end;
            return step({.event = event, .id = step_id(start), .start = start, .unpaired = !starts, .notes = {}});
        }
        case Verb::start: return late_start(event);
        case Verb::status: return status(event);
        case Verb::sent:
        case Verb::recv: return hand_off(event);
        case Verb::mark: return mark(event);
        case Verb::alias: return alias(event);
        default: return note(event);
    }
}

const Span& SpanMaker::step(const FinishedStep& step) {
    static const StepStart said_nothing;
    const auto& event = step.event;
    const auto& start = step.opened ? *step.opened : said_nothing;
    // The end's word counts before the start's.
    const auto either = [](const auto& end, const auto& begin) { return end.empty() ? begin : end; };
    const auto end = std::max(event.end, step.start);
    builder_.begin({.record = "step",
                    .kind = "server",
                    .system = event.system,
                    .name_space = event.name_space,
                    .order = event.order,
                    .trace = ids_.trace_id(event.name_space, event.order),
                    .id = step.id,
                    .start = step.start,
                    .duration = step.unpaired ? Duration{1} : end - step.start});
    builder_.name(event.name);
    builder_.text("order.result", name_of(event.result));
    const bool described = outcome(event.result, either(event.err, start.err), event.note);
    step_tags(either(event.step_id, start.step_id), event.attempt ? event.attempt : start.attempt,
              event.attempt_max ? event.attempt_max : start.attempt_max);
    if (step.unpaired) builder_.boolean("step.unpaired", true);
    codes(event);
    origin(either(event.instance, start.instance), event.trace_parent ? event.trace_parent : start.trace_parent);
    sender_tags(event);
    if (event.end < step.start) builder_.tag_once(Tag::of_boolean("time.fixed", true));
    for (const auto& tag : start.tags) builder_.tag_once(tag);
    start_log(start);
    note_logs(step.notes);
    if (!event.note.empty() && !described) builder_.log(end, event.note);
    return builder_.finish();
}

const Span& SpanMaker::status(const Event& event) {
    builder_.begin(head(event, "status", IdKind::status, event.name, time_mark({}, event.time)));
    builder_.name(builder_.compose({"status ", event.name}));
    builder_.text("order.status", event.name);
    origin(event.instance, event.trace_parent);
    sender_tags(event);
    if (!event.note.empty()) builder_.log(event.time, event.note);
    return builder_.finish();
}

const Span& SpanMaker::hand_off(const Event& event) {
    const bool sent = event.verb == Verb::sent;
    const auto& message = event.message_id;
    const auto own_mark = sent && !message.empty() ? message_mark(message, event.attempt)
                                                   : time_mark(sent ? std::string_view{} : message, event.time);
    auto head_ = head(event, sent ? "sent" : "received", sent ? IdKind::sent : IdKind::received, event.name, own_mark);
    head_.kind = sent ? "producer" : "consumer";
    builder_.begin(head_);
    builder_.name(builder_.compose({sent ? "sent to " : "received from ", event.name}));
    builder_.text("order.edge", sent ? builder_.compose({event.system, ">", event.name})
                                     : builder_.compose({event.name, ">", event.system}));
    builder_.text("peer.service", event.name);
    builder_.text("messaging.destination.name", event.via);
    builder_.text("messaging.message.id", message);
    builder_.text("order.edge.status", event.edge_status);
    step_tags({}, event.attempt, 0);
    // Before the sender's own: a reference inside the trace is what the span nests under.
    if (!sent && !message.empty() && is_linked(event.name))
        builder_.refer(head_.trace, ids_.span_id(IdKind::sent, event.name_space, event.order, event.name, event.system,
                                                 message_mark(message, 0).view()));
    origin(event.instance, event.trace_parent);
    sender_tags(event);
    if (!event.note.empty()) builder_.log(event.time, event.note);
    return builder_.finish();
}

const Span& SpanMaker::mark(const Event& event) {
    auto head_ = head(event, "mark", IdKind::mark, event.name, time_mark({}, event.start));
    head_.start = event.start;
    head_.duration = event.end - event.start;
    builder_.begin(head_);
    builder_.name(event.name);
    if (is_failure(event.result)) builder_.text("order.result", name_of(event.result));
    const bool described = outcome(event.result, event.err, event.note);
    codes(event);
    origin(event.instance, event.trace_parent);
    sender_tags(event);
    if (!event.note.empty() && !described) builder_.log(event.end, event.note);
    return builder_.finish();
}

const Span& SpanMaker::alias(const Event& event) {
    builder_.begin(head(event, "alias", IdKind::alias, event.name, time_mark({}, event.time)));
    builder_.name(builder_.compose({"alias ", event.name}));
    builder_.text("order.alias", event.name);
    origin(event.instance, event.trace_parent);
    sender_tags(event);
    if (!event.note.empty()) builder_.log(event.time, event.note);
    return builder_.finish();
}

const Span& SpanMaker::note(const Event& event) { return instant_note(event, event.note); }

const Span& SpanMaker::late_start(const Event& event) {
    instant_note(event, "started");
    if (!event.note.empty()) builder_.log(event.time, event.note);
    return builder_.finish();
}

const Span& SpanMaker::instant_note(const Event& event, std::string_view message) {
    builder_.begin(head(event, "note", IdKind::note, cut_utf8(message, note_id_bytes), time_mark({}, event.time)));
    builder_.name("note");
    if (!event.demoted) {
        builder_.text("ext.step", event.name);
        step_tags(event.step_id, event.attempt, event.attempt_max);
        builder_.text("ext.err", event.err);
    }
    origin(event.instance, event.trace_parent);
    sender_tags(event);
    if (message.empty()) return builder_.finish();
    builder_.log(event.time, message);
    for (const auto& attribute : event.attributes) builder_.field(attribute);
    return builder_.finish();
}

}  // namespace ordertrace
