#include "steps/open_steps.h"

#include <utility>

namespace ordertrace {
namespace {

// Version, marks, lengths and the journal's own framing of a record.
constexpr std::size_t record_overhead = 32;
// A slot that held more gives its buffers back, so that one busy day does not stay in memory.
constexpr std::size_t kept_capacity = 1024;

void empty(std::string& text) {
    if (text.capacity() > kept_capacity)
        std::string{}.swap(text);
    else
        text.clear();
}

}  // namespace

OpenSteps::OpenSteps(StepGauges& gauges)
    : gauges_{gauges},
      by_order_{slots_, &Place::in_order},
      by_group_{slots_, &Place::in_group},
      by_due_{ByDue{&slots_}},
      by_age_(StepGauges::max_steps + 1, IndexedHeap<ByAge>{ByAge{&slots_}}) {}

OpenSteps::Slot OpenSteps::open(OpenStep&& opened, std::string_view step) {
    const auto slot = free_slot();
    auto& place = slots_[slot];
    // Swapped: the slot's old buffers go to the caller's scratch step and serve again.
    std::swap(place.step, opened);
    place.used = true;
    place.gauge = gauges_.place_of(step);
    by_key_.emplace(place.step.key, slot);
    by_order_.add(place.step.order, slot);
    by_group_.add(place.step.group, slot);
    by_due_.push(slot);
    by_age_[place.gauge].push(slot);
    bytes_ += bytes_of(place.step);
    publish(place.gauge);
    return slot;
}

void OpenSteps::close(Slot slot) {
    auto& place = slots_[slot];
    bytes_ -= bytes_of(place.step);
    by_key_.erase(place.step.key);
    by_order_.remove(place.step.order, slot);
    by_group_.remove(place.step.group, slot);
    by_due_.erase(slot);
    by_age_[place.gauge].erase(slot);
    place.used = false;
    empty(place.step.start_bytes);
    empty(place.step.notes);
    free_.push_back(slot);
    publish(place.gauge);
}

OpenSteps::Slot OpenSteps::find(std::uint64_t key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? none : found->second;
}

void OpenSteps::add_note(Slot slot, std::string_view note, std::size_t weight) {
    auto& step = slots_[slot].step;
    step.notes.append(note);
    step.note_weight += weight;
    ++step.note_count;
    bytes_ += note.size();
    gauges_.set_open(size(), bytes_);
}

void OpenSteps::set_due(Slot slot, const StepLimits& limits, TimePoint due) {
    auto& step = slots_[slot].step;
    step.limits = limits;
    step.due = due;
    by_due_.moved(slot);
}

std::size_t OpenSteps::bytes_of(const OpenStep& step) {
    return step.start_bytes.size() + step.notes.size() + record_overhead;
}

OpenSteps::Slot OpenSteps::free_slot() {
    if (free_.empty()) {
        slots_.emplace_back();
        return static_cast<Slot>(slots_.size() - 1);
    }
    const auto slot = free_.back();
    free_.pop_back();
    return slot;
}

void OpenSteps::publish(std::size_t gauge) {
    const auto& by_age = by_age_[gauge];
    gauges_.set_open(size(), bytes_);
    gauges_.set_oldest(gauge, by_age.empty() ? StepGauges::none_open : slots_[by_age.front()].step.start);
}

void OpenSteps::Lists::add(std::uint64_t id, Slot slot) {
    const auto [first, fresh] = first_.try_emplace(id, slot);
    link(slot) = {};
    if (fresh) return;
    link(slot).next = first->second;
    link(first->second).previous = slot;
    first->second = slot;
}

void OpenSteps::Lists::remove(std::uint64_t id, Slot slot) {
    const auto [previous, next] = link(slot);
    if (next != none) link(next).previous = previous;
    if (previous != none)
        link(previous).next = next;
    else if (next != none)
        first_[id] = next;
    else
        first_.erase(id);
}

OpenSteps::Slot OpenSteps::Lists::only(std::uint64_t id) const {
    const auto first = first_.find(id);
    if (first == first_.end() || (slots_[first->second].*link_).next != none) return none;
    return first->second;
}

}  // namespace ordertrace
