// The life of open steps besides their events: limits, records, replay after a restart.
#include <algorithm>

#include "steps/content_hash.h"
#include "steps/step_pairer.h"

namespace ordertrace {

void StepPairer::abandon(OpenSteps::Slot slot, TimePoint end, std::string_view reason, TimePoint now) {
    const auto& step = open_[slot];
    decode(step.start_bytes, start_);
    const auto& span = spans_.abandoned(start_, step.id, step.notes, end, reason);
    sink_.span(span, SpanOrigin::abandoned);
    remember({.how = ClosedHow::abandoned,
              .key = step.key,
              .span = step.id,
              .end = 0,
              .content = content_hash(span),
              .time = end,
              .seen = now});
    open_.close(slot);
}

void StepPairer::advance(OpenSteps::Slot slot, TimePoint now) {
    const auto& step = open_[slot];
    const auto due = due_of(step.start, step.limits, step.marks);
    if (due.stage == Stage::given_up) return abandon(slot, due.time, "limit", now);
    decode(step.start_bytes, start_);
    if (due.stage == Stage::started) {
        sink_.span(spans_.started(start_, step.id), SpanOrigin::started);
        set_marks(slot, step.marks | marked_started);
    } else {
        sink_.span(spans_.overdue(start_, step.id, due.time), SpanOrigin::overdue);
        set_marks(slot, step.marks | marked_overdue);
    }
}

void StepPairer::set_marks(OpenSteps::Slot slot, std::uint8_t marks) {
    const auto& step = open_[slot];
    open_.set_marks(slot, marks);
    open_.set_due(slot, step.limits, due_of(step.start, step.limits, marks).time);
    record(StepRecord::marked, MarkedRecord{.key = step.key, .span = step.id, .marks = marks});
}

void StepPairer::remember(const ClosedRecord& closed) {
    closed_.add({closed});
    record(StepRecord::closed, closed);
}

void StepPairer::rules_changed() {
    open_.for_each([this](OpenSteps::Slot slot) {
        const auto& step = open_[slot];
        decode(step.start_bytes, start_);
        const auto limits = limits_of(start_.step);
        open_.set_due(slot, limits, due_of(step.start, limits, step.marks).time);
    });
}

StepLimits StepPairer::limits_of(std::string_view step) const {
    const auto own = rules_.per_step.find(step);
    return own == rules_.per_step.end() ? rules_.limits : own->second;
}

StepPairer::Due StepPairer::due_of(TimePoint start, const StepLimits& limits, std::uint8_t marks) const {
    Due due{Stage::given_up, start + limits.give_up_after};
    const auto overdue = start + limits.overdue_after;
    const auto started = start + rules_.marker_after;
    if ((marks & marked_overdue) == 0 && overdue <= due.time) due = {Stage::overdue, overdue};
    if ((marks & marked_started) == 0 && started <= due.time) due = {Stage::started, started};
    return due;
}

void StepPairer::record_opened(OpenSteps::Slot slot) {
    const auto& step = open_[slot];
    open_.set_segment(slot, record(StepRecord::opened, OpenedRecord{step.marks, step.start_bytes, step.notes}));
}

void StepPairer::rewrite_below(std::uint64_t segment) {
    open_.for_each([&](OpenSteps::Slot slot) {
        if (open_[slot].segment < segment) record_opened(slot);
    });
}

bool StepPairer::replay(StepRecord kind, std::string_view bytes, std::uint64_t segment) {
    switch (kind) {
        case StepRecord::opened: return replay_opened(bytes, segment);
        case StepRecord::closed: return replay_closed(bytes);
        case StepRecord::noted: return replay_noted(bytes);
        case StepRecord::marked: return replay_marked(bytes);
    }
    return false;
}

bool StepPairer::replay_opened(std::string_view bytes, std::uint64_t segment) {
    const auto record = decode_opened(bytes);
    if (!record || !decode(record->start, start_)) return false;
    OpenStep step;
    StepNote note;
    for (auto notes = record->notes; !notes.empty(); ++step.note_count) {
        if (!decode_note(notes, note)) return false;
        step.note_weight += weight_of(note);
    }
    if (step.note_count > max_step_notes) return false;
    auto id = [&](const Mark& mark) {
        return ids_.span_id(IdKind::step, start_.name_space, start_.order, start_.system, start_.step, mark.view());
    };
    step.start_bytes = record->start;
    step.notes = record->notes;
    step.start = start_.start;
    step.id = id(step_mark(start_.step_id, start_.attempt, start_.start));
    step.key = id(key_mark(start_.step_id, start_.attempt)).value;
    step.group = id({}).value;
    step.order = ids_.trace_id(start_.name_space, start_.order).high;
    step.marks = record->marks;
    step.limits = limits_of(start_.step);
    step.due = due_of(step.start, step.limits, step.marks).time;
    step.segment = segment;
    // A rewritten record is the whole state: it takes the place of the one before.
    if (const auto known = open_.find(step.key); known != OpenSteps::none) open_.close(known);
    open_.open(std::move(step), start_.step);
    return true;
}

bool StepPairer::replay_closed(std::string_view bytes) {
    const auto record = decode_closed(bytes);
    if (!record) return false;
    const auto slot = open_.find(record->key);
    if (slot != OpenSteps::none && open_[slot].id == record->span) open_.close(slot);
    closed_.add({*record});
    return true;
}

bool StepPairer::replay_noted(std::string_view bytes) {
    const auto record = decode_noted(bytes);
    StepNote note;
    auto rest = record ? record->note : std::string_view{};
    if (!record || !decode_note(rest, note) || !rest.empty()) return false;
    const auto slot = open_.find(record->key);
    // Its step was opened in a segment that is gone and comes whole in a later one.
    if (slot == OpenSteps::none || open_[slot].id != record->span) return true;
    if (open_[slot].note_count < max_step_notes) open_.add_note(slot, record->note, weight_of(note));
    return true;
}

bool StepPairer::replay_marked(std::string_view bytes) {
    const auto record = decode_marked(bytes);
    if (!record) return false;
    const auto slot = open_.find(record->key);
    if (slot == OpenSteps::none || open_[slot].id != record->span) return true;
    open_.set_marks(slot, record->marks);
    const auto& step = open_[slot];
    open_.set_due(slot, step.limits, due_of(step.start, step.limits, step.marks).time);
    return true;
}

}  // namespace ordertrace
