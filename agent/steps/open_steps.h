// The steps that have begun and not ended, and what finds them: by key, by order, by name within an order, by due time.
// Owned by StepPairer on the intake thread. Bounds are the pairer's to keep (max_open, max_open_bytes); slots of closed
// steps are used again. Opening may allocate; looking up does not.
#pragma once

#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "steps/indexed_heap.h"
#include "steps/step_gauges.h"
#include "steps/step_records.h"
#include "steps/step_rules.h"

namespace ordertrace {

struct OpenStep {
    std::string start_bytes;  // StepStart, encoded
    std::string notes;        // StepNote, encoded, one after another
    std::uint32_t note_count = 0;
    std::size_t note_weight = 0;
    TimePoint start{};
    SpanId id;                // of the step's span to be
    std::uint64_t key = 0;    // of (namespace, order, system, step, id or else try)
    std::uint64_t group = 0;  // of (namespace, order, system, step)
    std::uint64_t order = 0;  // of (namespace, order)
    std::uint8_t marks = marked_none;
    StepLimits limits;
    TimePoint due{};            // of the next marker, or of giving up
    std::uint64_t segment = 0;  // oldest journal segment its whole state can lie in
};

class OpenSteps {
public:
    using Slot = std::uint32_t;
    static constexpr Slot none = std::numeric_limits<Slot>::max();

    explicit OpenSteps(StepGauges& gauges);
    OpenSteps(const OpenSteps&) = delete;
    OpenSteps& operator=(const OpenSteps&) = delete;

    // `step` is the name; key, order, start and due are set, and no step of this key is open.
    Slot open(OpenStep&& opened, std::string_view step);
    void close(Slot slot);

    const OpenStep& operator[](Slot slot) const { return slots_[slot].step; }
    Slot find(std::uint64_t key) const;
    Slot only_of_order(std::uint64_t order) const { return by_order_.only(order); }
    Slot only_of_group(std::uint64_t group) const { return by_group_.only(group); }
    Slot next_due() const { return by_due_.empty() ? none : by_due_.front(); }

    void add_note(Slot slot, std::string_view note, std::size_t weight);
    void set_marks(Slot slot, std::uint8_t marks) { slots_[slot].step.marks = marks; }
    void set_due(Slot slot, const StepLimits& limits, TimePoint due);
    void set_segment(Slot slot, std::uint64_t segment) { slots_[slot].step.segment = segment; }

    std::size_t size() const { return by_key_.size(); }
    std::size_t bytes() const { return bytes_; }
    // As its record in the journal.
    static std::size_t bytes_of(const OpenStep& step);

    template <class Visit>
    void for_each(Visit visit) {
        for (Slot slot = 0; slot < slots_.size(); ++slot)
            if (slots_[slot].used) visit(slot);
    }

private:
    struct Link {
        Slot previous = none;
        Slot next = none;
    };
    struct Place {
        OpenStep step;
        bool used = false;
        std::size_t gauge = 0;  // row of its name
        Link in_order;
        Link in_group;
        std::uint32_t due_position = 0;
        std::uint32_t age_position = 0;
    };
    using Slots = std::deque<Place>;

    // Lists of the slots that share an id, linked through the slots themselves.
    class Lists {
    public:
        Lists(Slots& slots, Link Place::* link) : slots_{slots}, link_{link} {}
        void add(std::uint64_t id, Slot slot);
        void remove(std::uint64_t id, Slot slot);
        Slot only(std::uint64_t id) const;

    private:
        Link& link(Slot slot) { return slots_[slot].*link_; }
        Slots& slots_;
        Link Place::* link_;
        std::unordered_map<std::uint64_t, Slot> first_;
    };
    struct ByDue {
        Slots* slots;
        // By id where the time is the same: the order must not depend on which slot a step got.
        bool before(Slot a, Slot b) const {
            const auto& first = (*slots)[a].step;
            const auto& second = (*slots)[b].step;
            return first.due != second.due ? first.due < second.due : first.id < second.id;
        }
        std::uint32_t& position(Slot slot) const { return (*slots)[slot].due_position; }
    };
    struct ByAge {
        Slots* slots;
        bool before(Slot a, Slot b) const { return (*slots)[a].step.start < (*slots)[b].step.start; }
        std::uint32_t& position(Slot slot) const { return (*slots)[slot].age_position; }
    };

    Slot free_slot();
    void publish(std::size_t gauge);

    StepGauges& gauges_;
    Slots slots_;
    std::vector<Slot> free_;
    std::unordered_map<std::uint64_t, Slot> by_key_;
    Lists by_order_;
    Lists by_group_;
    IndexedHeap<ByDue> by_due_;
    std::vector<IndexedHeap<ByAge>> by_age_;  // by row of the name
    std::size_t bytes_ = 0;
};

}  // namespace ordertrace
