#include "journal/delivery.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "journal/journal_shared.h"

namespace ordertrace {

Delivery::~Delivery() { pull(); }

void Delivery::pull() {
    if (segments.empty()) return;
    while (Segment* next = segments.back()->next.load(std::memory_order_acquire)) segments.emplace_back(next);
    shared_.segments.store(segments.size(), std::memory_order_relaxed);
}

Segment* Delivery::at_or_after(std::uint64_t id) const {
    const auto found = std::lower_bound(segments.begin(), segments.end(), id,
                                        [](const auto& segment, std::uint64_t wanted) { return segment->id < wanted; });
    return found == segments.end() ? nullptr : found->get();
}

bool Delivery::sealed(const Segment& segment) const {
    return &segment != segments.back().get() || segment.next.load(std::memory_order_acquire) != nullptr;
}

void Delivery::commit(std::size_t destination, const LogPlace& place, const Losses& losses) {
    auto& stored = state.destinations.at(destination);
    destinations.at(destination).place = place;
    if (stored.committed == place.number) return;
    stored.committed = place.number;
    for (std::size_t i = 0; i < losses.size(); ++i) stored.dropped.at(i) += losses.at(i);
    store();
}

void Delivery::store() {
    shared_.delivery_page.store(state);
    state_changed_ = true;
    std::uint64_t lowest = UINT64_MAX;
    for (std::size_t i = 0; i < destinations.size(); ++i) lowest = std::min(lowest, state.destinations.at(i).committed);
    gaps.forget_up_to(lowest);
}

bool Delivery::held(const Segment& segment) const {
    return std::any_of(destinations.begin(), destinations.end(), [&](const ReaderState& one) {
        return one.in_flight && one.place.segment <= segment.id && segment.id <= one.window_end;
    });
}

bool Delivery::passed(const Segment& segment) const {
    for (std::size_t i = 0; i < destinations.size(); ++i)
        if (state.destinations.at(i).committed < segment.last_number) return false;
    return true;
}

bool Delivery::may_go(const Segment& segment) const {
    return segment.in_memory || !segment.has_steps || segment.id < shared_.rewritten_to;
}

void Delivery::make_room() {
    while (shared_.disk_bytes > shared_.disk_space.drop_above)
        if (!remove_oldest_kept() && !drop_oldest(false)) break;
    while (shared_.memory_bytes > shared_.memory_space.drop_above)
        if (!drop_oldest(true)) break;
}

bool Delivery::drop_oldest(bool in_memory) {
    for (std::size_t i = 0; i < segments.size() && sealed(*segments[i]); ++i) {
        const Segment& segment = *segments[i];
        if (segment.in_memory != in_memory || held(segment)) continue;
        if (!may_go(segment)) {
            want_rewritten(i);
            return false;
        }
        book_dropped(segment, in_memory ? DropReason::memory_full : DropReason::journal_full);
        return let_go(i, false);
    }
    return false;
}

// Asks for what is too much and two segments more: intake is asked once a while, and each step is appended once anyway.
void Delivery::want_rewritten(std::size_t index) {
    auto bytes = shared_.disk_bytes - shared_.disk_space.drop_above + 2 * shared_.disk_space.segment;
    std::uint64_t below = 0;
    for (; index < segments.size() && sealed(*segments[index]); ++index) {
        below = segments[index]->id + 1;
        const std::uint64_t size = segments[index]->in_memory ? 0 : segments[index]->size.load();
        if (size >= bytes) break;
        bytes -= size;
    }
    shared_.rewrite_below = std::max(shared_.rewrite_below.load(), below);
}

void Delivery::book_dropped(const Segment& segment, DropReason reason) {
    for (std::size_t i = 0; i < destinations.size(); ++i)
        if (state.destinations.at(i).committed < segment.last_number) book_dropped(i, segment, reason);
    store();
}

// At once if the destination stands there; if it has something to read or in flight before it, when it comes by.
void Delivery::book_dropped(std::size_t destination, const Segment& segment, DropReason reason) {
    auto& stored = state.destinations.at(destination);
    const bool earlier = std::any_of(segments.begin(), segments.end(), [&](const auto& one) {
        return one->id < segment.id && one->last_number > stored.committed;
    });
    if (earlier || destinations.at(destination).in_flight) {
        gaps.add(std::max(stored.committed + 1, segment.first_number), segment.last_number, reason);
        return;
    }
    gaps.account(stored.committed + 1, segment.last_number, reason, stored.dropped);
    stored.committed = segment.last_number;
    destinations.at(destination).place = LogPlace{segment.id + 1, 0, segment.last_number, {}};
}

void Delivery::release_passed() {
    std::uint64_t waiting_bytes = 0;
    std::uint64_t waiting_id = 0;
    for (std::size_t i = 0; i < segments.size() && sealed(*segments[i]);) {
        const Segment& segment = *segments[i];
        const bool ready = passed(segment) && !held(segment);
        if (ready && !may_go(segment)) {
            waiting_bytes += segment.size;
            waiting_id = segment.id;
        } else if (ready && let_go(i, true)) {
            continue;
        }
        ++i;
    }
    // Rewriting the open steps must not cost more than it frees: more than half of what goes is dead then.
    if (waiting_bytes > 2 * shared_.rewrite_bytes)
        shared_.rewrite_below = std::max(shared_.rewrite_below.load(), waiting_id + 1);
}

}  // namespace ordertrace
