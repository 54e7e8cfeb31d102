#include "steps/step_pairer.h"

#include <algorithm>

#include "steps/content_hash.h"

namespace ordertrace {
namespace {

constexpr Duration remembered_for = std::chrono::hours{1};

}  // namespace

Became StepPairer::start(const Event& event, TimePoint now) {
    const auto id = step_id(event, event.time);
    const auto since = now - remembered_for;
    // An unpaired end of the same time has the same id, and yet this start comes late rather than twice.
    const auto has_start = [](const ClosedEntry& closed) { return closed.how != ClosedHow::unpaired; };
    if (closed_.find(ClosedEntry::by_span, id.value, since, has_start) ||
        written_.find(SpanEntry::by_span, id.value, since))
        return Became::duplicate;
    const auto key = key_of(event);
    const auto not_before = [&](const ClosedEntry& end) { return end.time >= event.time; };
    if (closed_.find(ClosedEntry::by_late_key, key, since, not_before)) return late(event);
    const auto older = open_.find(key);
    if (older != OpenSteps::none) {
        if (open_[older].id == id) return Became::duplicate;
        if (event.time < open_[older].start) return late(event);
    }
    return open(event, id, key, older, now);
}

Became StepPairer::end(const Event& event, TimePoint now) {
    const auto end = step_id(event, event.end).value;
    if (closed_.find(ClosedEntry::by_end, end, now - remembered_for)) return Became::duplicate;
    const auto key = key_of(event);
    const auto slot = open_.find(key);
    if (slot == OpenSteps::none)
        finish_alone(event, key, end, now);
    else
        finish(slot, event, end, now);
    return Became::span;
}

Became StepPairer::span(const Event& event, TimePoint now) {
    const auto id = step_id(event, event.start);
    written_.prefetch(SpanEntry::by_span, id.value);
    const auto& span = spans_.step({.event = event, .id = id, .start = event.start, .notes = {}});
    const auto suffix = suffix_of(id, content_hash(span), now);
    if (suffix > 1) {
        ++conflicts_;
        auto mark = step_mark(event.step_id, event.attempt, event.start);
        mark.add("\n").add_number(static_cast<std::int64_t>(suffix));
        spans_.change_id(
            ids_.span_id(IdKind::step, event.name_space, event.order, event.system, event.name, mark.view()));
    }
    sink_.span(span, SpanOrigin::event);
    gauges_.finished(event.name, event.result, span.duration);
    return Became::span;
}

bool StepPairer::attach(const Event& event) {
    auto slot = OpenSteps::none;
    if (event.name.empty()) {
        slot = open_.only_of_order(ids_.trace_id(event.name_space, event.order).high);
    } else {
        slot = open_.find(key_of(event));
        if (slot == OpenSteps::none && event.step_id.empty() && event.attempt == 0)
            slot = open_.only_of_group(group_of(event));
    }
    if (slot == OpenSteps::none) return false;
    const auto note = note_of(event);
    const auto weight = weight_of(note);
    const auto& step = open_[slot];
    if (step.note_count == max_step_notes || step.note_weight + weight > max_step_note_bytes) return false;
    note_.clear();
    encode(note, note_);
    if (open_.bytes() + note_.size() > rules_.max_open_bytes) return false;
    open_.add_note(slot, note_, weight);
    record(StepRecord::noted, NotedRecord{.key = step.key, .span = step.id, .note = note_});
    return true;
}

void StepPairer::judge(TimePoint now) {
    for (auto slot = open_.next_due(); slot != OpenSteps::none && open_[slot].due <= now; slot = open_.next_due())
        advance(slot, now);
}

std::optional<TimePoint> StepPairer::next_due() const {
    const auto slot = open_.next_due();
    if (slot == OpenSteps::none) return std::nullopt;
    return open_[slot].due;
}

SpanId StepPairer::step_id(const Event& event, TimePoint start) {
    return ids_.span_id(IdKind::step, event.name_space, event.order, event.system, event.name,
                        step_mark(event.step_id, event.attempt, start).view());
}

// The same digest as a span id's, without the start: a key nobody has to compare again.
std::uint64_t StepPairer::key_of(const Event& event) {
    return ids_
        .span_id(IdKind::step, event.name_space, event.order, event.system, event.name,
                 key_mark(event.step_id, event.attempt).view())
        .value;
}

std::uint64_t StepPairer::group_of(const Event& event) {
    return ids_.span_id(IdKind::step, event.name_space, event.order, event.system, event.name, {}).value;
}

bool StepPairer::was_written(SpanId id, TimePoint now) const {
    const auto since = now - remembered_for;
    return closed_.find(ClosedEntry::by_span, id.value, since) || written_.find(SpanEntry::by_span, id.value, since);
}

std::uint64_t StepPairer::suffix_of(SpanId id, std::uint64_t content, TimePoint now) {
    const auto since = now - remembered_for;
    std::uint64_t last = 0;
    const auto same = [&](const SpanEntry& known) {
        last = std::max(last, known.suffix);
        return known.content == content;
    };
    if (const auto* known = written_.find(SpanEntry::by_span, id.value, since, same)) return known->suffix;
    if (last == 0) {
        const auto* closed = closed_.find(ClosedEntry::by_span, id.value, since);
        if (closed && closed->content != content) last = 1;
    }
    written_.add({.span = id.value, .content = content, .seen = now, .suffix = last + 1});
    return last + 1;
}

Became StepPairer::late(const Event& event) {
    sink_.span(spans_.late_start(event), SpanOrigin::event);
    return Became::span;
}

Became StepPairer::open(const Event& event, SpanId id, std::uint64_t key, OpenSteps::Slot older, TimePoint now) {
    fresh_.start_bytes.clear();
    fresh_.notes.clear();
    encode(start_of(event), fresh_.start_bytes);
    const bool replaces = older != OpenSteps::none;
    const auto freed = replaces ? OpenSteps::bytes_of(open_[older]) : 0;
    if (open_.size() - (replaces ? 1 : 0) >= rules_.max_open ||
        open_.bytes() - freed + OpenSteps::bytes_of(fresh_) > rules_.max_open_bytes)
        return Became::refused;
    if (replaces) abandon(older, event.time, "superseded", now);
    fresh_.note_count = 0;
    fresh_.note_weight = 0;
    fresh_.start = event.time;
    fresh_.id = id;
    fresh_.key = key;
    fresh_.group = group_of(event);
    fresh_.order = ids_.trace_id(event.name_space, event.order).high;
    fresh_.marks = marked_none;
    fresh_.limits = limits_of(event.name);
    fresh_.due = due_of(fresh_.start, fresh_.limits, fresh_.marks).time;
    record_opened(open_.open(std::move(fresh_), event.name));
    return Became::opened;
}

void StepPairer::finish(OpenSteps::Slot slot, const Event& event, std::uint64_t end, TimePoint now) {
    const auto& step = open_[slot];
    decode(step.start_bytes, start_);
    const auto& span =
        spans_.step({.event = event, .id = step.id, .start = step.start, .opened = &start_, .notes = step.notes});
    sink_.span(span, SpanOrigin::event);
    gauges_.finished(event.name, event.result, span.duration);
    remember({.how = ClosedHow::ended,
              .key = step.key,
              .span = step.id,
              .end = end,
              .content = content_hash(span),
              .time = event.end,
              .seen = now});
    open_.close(slot);
}

void StepPairer::finish_alone(const Event& event, std::uint64_t key, std::uint64_t end, TimePoint now) {
    auto id = event.has_start ? step_id(event, event.start) : SpanId{end};
    // The step's own span is written already (given up, or by a `span`): this end has no start any more.
    const bool unpaired = !event.has_start || was_written(id, now);
    if (unpaired) id = SpanId{end};
    const auto& span = spans_.step(
        {.event = event, .id = id, .start = unpaired ? event.end : event.start, .unpaired = unpaired, .notes = {}});
    sink_.span(span, SpanOrigin::event);
    if (!unpaired) gauges_.finished(event.name, event.result, span.duration);
    remember({.how = unpaired ? ClosedHow::unpaired : ClosedHow::alone,
              .key = key,
              .span = id,
              .end = end,
              .content = content_hash(span),
              .time = event.end,
              .seen = now});
}

}  // namespace ordertrace
