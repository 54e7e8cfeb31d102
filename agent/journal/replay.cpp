#include "journal/replay.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "journal/segment_scan.h"

namespace ordertrace {
namespace {

class Settling {
public:
    Settling(JournalShared& shared, IntakeState& state) : shared_{shared}, state_{state} {}

    Settled run(const std::vector<bool>& is_new);

private:
    void find_files();
    void find_kept_files();
    void take(SegmentScan scan);
    void set_unreadable_aside(std::uint64_t id, std::uint64_t bytes);
    void missing(std::uint64_t first, std::uint64_t last, bool unreadable);
    void missing_by_memory_range(std::uint64_t first, std::uint64_t last);
    void book_numbers();
    void place_destinations(const std::vector<bool>& is_new);

    JournalShared& shared_;
    IntakeState& state_;
    Settled settled_;
    std::uint64_t last_number_ = 0;  // the highest one accounted for so far
    std::uint64_t oldest_ = 0;       // first number of the oldest segment, 0: none
    std::uint64_t steps_from_ = 0;
    bool damaged_tail_ = false;  // of the segment before
    bool unreadable_ = false;    // a segment since then has no readable header
    std::uint64_t lowest_committed_ = UINT64_MAX;
};

// Memory that a killed process took along; what else is missing was given before a write that did not happen.
void Settling::missing_by_memory_range(std::uint64_t first, std::uint64_t last) {
    const auto from = state_.counters.memory_from;
    const auto until = state_.memory_until == 0 ? UINT64_MAX : state_.memory_until;
    const auto memory_first = std::max(first, from);
    const auto memory_last = std::min(last, until - 1);
    auto& gaps = shared_.delivery.gaps;
    if (from != 0 && memory_first <= memory_last) {
        gaps.add(memory_first, memory_last, DropReason::memory);
        if (memory_last > lowest_committed_)
            settled_.lost.push_back({memory_first, memory_last - memory_first + 1, DropReason::memory});
    }
    gaps.add(first, last, DropReason::crash);
}

void Settling::missing(std::uint64_t first, std::uint64_t last, bool unreadable) {
    if (first > last) return;
    if (unreadable) {
        shared_.delivery.gaps.add(first, last, DropReason::corrupt);
        if (last > lowest_committed_) settled_.lost.push_back({first, last - first + 1, DropReason::corrupt});
    } else {
        missing_by_memory_range(first, last);
    }
}

void Settling::set_unreadable_aside(std::uint64_t id, std::uint64_t bytes) {
    const auto kept_path = shared_.path(corrupt_name(id));
    if (!shared_.disk.rename(shared_.path(segment_name(id)), kept_path)) return;
    shared_.add_bytes(false, bytes);
    shared_.delivery.kept.push_back({kept_path, bytes});
}

void Settling::take(SegmentScan scan) {
    if (!scan.header) {
        if (scan.torn) {
            (void)shared_.disk.remove(shared_.path(segment_name(scan.id)));  // not even its header was written
            return;
        }
        set_unreadable_aside(scan.id, scan.file_bytes);
        unreadable_ = true;
        return;
    }
    auto& delivery = shared_.delivery;
    for (const auto& lost : scan.lost) delivery.gaps.add(lost.first, lost.first + lost.count - 1, lost.reason);
    const auto first = scan.header->first_number;
    if (!damaged_tail_ || unreadable_) missing(last_number_ + 1, first - 1, unreadable_);
    unreadable_ = false;
    if (oldest_ == 0) oldest_ = first;
    if (!delivery.segments.empty()) delivery.segments.back()->last_number = std::max(last_number_, first - 1);
    last_number_ = std::max({last_number_, scan.last_number, first - 1});
    damaged_tail_ = scan.damaged_tail;
    steps_from_ = std::max(steps_from_, scan.steps_from);

    auto segment = std::make_unique<Segment>();
    segment->id = scan.id;
    segment->first_number = first;
    segment->salt = scan.header->salt;
    segment->size = scan.whole_bytes;
    segment->has_steps = scan.step_records != 0;
    segment->damaged = scan.damaged;
    shared_.add_bytes(false, scan.whole_bytes);
    delivery.segments.push_back(std::move(segment));
}

void Settling::find_files() {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> found;  // id, bytes
    for (const auto& entry : shared_.disk.list(shared_.settings.directory).value_or(std::vector<DirectoryEntry>{})) {
        const auto kept = corrupt_id(entry.name);
        const auto id = kept ? kept : segment_id(entry.name);
        if (!id) continue;
        settled_.next_segment = std::max(settled_.next_segment, *id + 1);
        if (!kept) found.emplace_back(*id, entry.bytes);
    }
    std::sort(found.begin(), found.end());
    for (const auto& [id, bytes] : found) {
        const auto path = shared_.path(segment_name(id));
        auto scan = scan_segment(shared_.disk, path, id, {});
        if (!scan) {
            SegmentScan unreadable;
            unreadable.id = id;
            unreadable.file_bytes = bytes;
            take(std::move(unreadable));
            continue;
        }
        if (scan->torn && scan->header) {
            if (const auto file = shared_.disk.open(path, O_RDWR))
                (void)shared_.disk.truncate(file->get(), scan->whole_bytes);  // else it is cut again at the next start
        }
        take(std::move(*scan));
    }
}

void Settling::find_kept_files() {
    std::vector<std::pair<std::uint64_t, KeptFile>> found;
    const auto collect = [&](const std::string& directory, auto order_of) {
        for (const auto& entry : shared_.disk.list(directory).value_or(std::vector<DirectoryEntry>{}))
            if (const auto order = order_of(entry.name))
                found.emplace_back(*order, KeptFile{in_directory(directory, entry.name), entry.bytes});
    };
    const auto by_order = [](const auto& a, const auto& b) { return a.first < b.first; };
    collect(shared_.settings.directory, corrupt_id);
    std::sort(found.begin(), found.end(), by_order);
    const auto rejected_begin = static_cast<std::ptrdiff_t>(found.size());
    collect(shared_.path(rejected_directory), rejected_number);
    std::sort(found.begin() + rejected_begin, found.end(), by_order);
    for (auto& [order, file] : found) {
        shared_.add_bytes(false, file.bytes);
        shared_.delivery.kept.push_back(std::move(file));
    }
}

// Numbers only the log knows of (the state page was lost with the power) are events nobody counted.
void Settling::book_numbers() {
    auto& counters = state_.counters;
    if (last_number_ > counters.recorded) {
        const auto unknown = last_number_ - counters.recorded;
        counters.events_received += unknown;
        counters.accepted.back() += unknown;  // `other`, the last of the verbs
        counters.became.at(static_cast<std::size_t>(Became::span)) += unknown;
        counters.recorded = last_number_;
    }
    if (!damaged_tail_ || unreadable_) missing(last_number_ + 1, counters.recorded, unreadable_);
    counters.memory_from = 0;
    state_.memory_until = 0;
}

void Settling::place_destinations(const std::vector<bool>& is_new) {
    auto& delivery = shared_.delivery;
    const auto recorded = state_.counters.recorded;
    for (std::size_t i = 0; i < is_new.size(); ++i) {
        auto& stored = delivery.state.destinations.at(i);
        if (is_new[i]) {
            stored.committed = oldest_ == 0 ? recorded : oldest_ - 1;
            stored.dropped.at(static_cast<std::size_t>(DropReason::before)) = stored.committed;
        }
        delivery.destinations.at(i).place = LogPlace{0, 0, stored.committed, {}};
    }
}

Settled Settling::run(const std::vector<bool>& is_new) {
    for (std::size_t i = 0; i < is_new.size(); ++i)
        if (!is_new[i])
            lowest_committed_ = std::min(lowest_committed_, shared_.delivery.state.destinations.at(i).committed);
    find_kept_files();
    find_files();
    book_numbers();
    auto& segments = shared_.delivery.segments;
    if (!segments.empty()) segments.back()->last_number = state_.counters.recorded;
    for (auto& segment : segments)
        if (segment->id < steps_from_) segment->has_steps = false;
    place_destinations(is_new);
    return std::move(settled_);
}

}  // namespace

Settled settle(JournalShared& shared, const std::vector<bool>& is_new, IntakeState& state) {
    return Settling{shared, state}.run(is_new);
}

void visit_steps(JournalShared& shared,
                 const std::function<void(std::uint8_t, std::string_view, std::uint64_t)>& visit) {
    for (const auto& segment : shared.delivery.segments) {
        if (!segment->has_steps) continue;
        const auto file = shared.disk.open(shared.path(segment_name(segment->id)), O_RDONLY);
        if (!file) continue;
        SegmentWalk walk;
        walk.begin(shared.disk, file->get(), segment->salt, segment_header_bytes, segment->size);
        for (auto item = walk.next(); item.what != WalkItem::What::limit; item = walk.next())
            if (item.what == WalkItem::What::record && is_step_record(item.record.kind))
                visit(item.record.kind, item.record.bytes, segment->id);
    }
}

}  // namespace ordertrace
