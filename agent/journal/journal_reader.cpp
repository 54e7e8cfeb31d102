#include "journal/journal_reader.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "journal/journal_shared.h"
#include "journal/segment_walk.h"

namespace ordertrace {

// Where the reader is: `at` runs ahead of the committed place while a window is filled.
struct JournalReader::State {
    State(std::shared_ptr<JournalShared> journal, std::size_t index) : shared{std::move(journal)}, destination{index} {}

    const std::shared_ptr<JournalShared> shared;
    const std::size_t destination;
    LogPlace at;
    Losses losses{};
    SegmentWalk walk;
    UniqueFd file;                       // of the segment the walk is in, unless that lies in memory
    std::uint64_t open_segment = 0;      // 0: none
    std::vector<std::size_t> in_window;  // process of the segment -> process of the window, plus one

    Delivery& delivery() const { return shared->delivery; }
    ReaderState& self() const { return shared->delivery.destinations.at(destination); }

    bool enter(Segment& segment);
    bool fill(const WindowLimits& limits, Window& window);
    enum class Step : std::uint8_t { on, full, segment_end };
    Step take(Segment& segment, const WindowLimits& limits, Window& window);
    Step take_span(const SpanRecord& span, const WindowLimits& limits, Window& window);
    std::size_t process_in(Window& window, std::uint32_t process);
    void account_up_to(std::uint64_t number, DropReason otherwise);
};

JournalReader::JournalReader(std::shared_ptr<JournalShared> shared, std::size_t destination)
    : state_{std::make_unique<State>(std::move(shared), destination)} {}

JournalReader::~JournalReader() = default;

void JournalReader::State::account_up_to(std::uint64_t number, DropReason otherwise) {
    if (number <= at.number) return;
    delivery().gaps.account(at.number + 1, number, otherwise, losses);
    at.number = number;
}

// Stands the walk at the place in this segment. False if the file cannot be opened now.
bool JournalReader::State::enter(Segment& segment) {
    const std::uint64_t bytes = segment.size.load(std::memory_order_acquire);
    if (at.segment != segment.id) {
        at.segment = segment.id;
        at.offset = 0;
        at.processes.clear();
        account_up_to(segment.first_number - 1, DropReason::corrupt);
    }
    if (at.offset == 0) at.offset = segment_header_bytes;
    if (open_segment == segment.id) {
        walk.extend(bytes);
        if (walk.offset() != at.offset) walk.skip_to(at.offset);
        return true;
    }
    in_window.clear();
    if (segment.in_memory) {
        walk.begin(shared->memory_disk, segment.memory.get(), segment.salt, at.offset, bytes);
    } else {
        auto opened = shared->disk.open(shared->path(segment_name(segment.id)), O_RDONLY);
        if (!opened && opened.error() != ENOENT) return false;
        file = opened ? std::move(*opened) : UniqueFd{};  // without a file nothing can be read: all of it is damaged
        walk.begin(shared->disk, file.get(), segment.salt, at.offset, bytes);
    }
    open_segment = segment.id;
    return true;
}

std::size_t JournalReader::State::process_in(Window& window, std::uint32_t process) {
    if (in_window.size() <= process) in_window.resize(process + 1, 0);
    if (in_window[process] == 0) {
        const auto& bytes = at.processes[process];
        const auto known = std::find(window.processes.begin(), window.processes.end(), bytes);
        if (known == window.processes.end()) {
            window.processes.push_back(bytes);
            in_window[process] = window.processes.size();
        } else {
            in_window[process] = static_cast<std::size_t>(known - window.processes.begin()) + 1;
        }
    }
    return in_window[process] - 1;
}

JournalReader::State::Step JournalReader::State::take_span(const SpanRecord& span, const WindowLimits& limits,
                                                           Window& window) {
    if (span.number <= at.number) return Step::on;  // delivered or accounted for before
    if (span.process >= at.processes.size() || at.processes[span.process].empty()) {
        account_up_to(span.number, DropReason::corrupt);  // its process could not be read
        return Step::on;
    }
    if (!window.spans.empty()) {
        const auto first = std::min(window.earliest_, span.start);
        const auto last = std::max(window.latest_, span.start);
        if (window.spans.size() >= limits.max_spans || window.buffer_.size() + span.bytes.size() > limits.max_bytes ||
            last - first > limits.max_start_range)
            return Step::full;
    }
    account_up_to(span.number - 1, DropReason::corrupt);
    at.number = span.number;
    window.add(span.number, process_in(window, span.process), span.start, span.bytes);
    return Step::on;
}

JournalReader::State::Step JournalReader::State::take(Segment& segment, const WindowLimits& limits, Window& window) {
    const auto item = walk.peek();
    switch (item.what) {
        case WalkItem::What::limit: return Step::segment_end;
        case WalkItem::What::damaged:
        case WalkItem::What::torn: segment.damaged = true; break;
        case WalkItem::What::record:
            if (const auto span = as_span(item.record)) {
                if (take_span(*span, limits, window) == Step::full) return Step::full;
            } else if (const auto process = as_process(item.record)) {
                if (at.processes.size() <= process->index) at.processes.resize(process->index + 1);
                at.processes[process->index] = process->bytes;
            } else if (const auto lost = as_lost(item.record)) {
                const auto last = lost->first + lost->count - 1;
                if (last > at.number) {
                    account_up_to(lost->first - 1, DropReason::corrupt);
                    account_up_to(last, lost->reason);
                }
            }
            break;
    }
    walk.skip_to(item.next);
    at.offset = item.next;
    return Step::on;
}

// False if the disk would not let it go on.
bool JournalReader::State::fill(const WindowLimits& limits, Window& window) {
    Segment* segment = delivery().at_or_after(at.segment);
    while (segment != nullptr) {
        const bool sealed = delivery().sealed(*segment);  // before its size is read: that is the last one then
        if (!enter(*segment)) return false;
        auto step = Step::on;
        while (step == Step::on) step = take(*segment, limits, window);
        if (step == Step::full || !sealed) return true;
        account_up_to(segment->last_number, DropReason::corrupt);
        Segment* const following = delivery().at_or_after(segment->id + 1);
        if (following == nullptr) return true;
        segment = following;
    }
    return true;
}

bool JournalReader::read(const WindowLimits& limits, Window& window) {
    auto& delivery = state_->delivery();
    window.clear();
    if (!state_->shared->settled.load(std::memory_order_acquire)) return false;
    auto& self = state_->self();
    self.in_flight = false;
    delivery.pull();
    delivery.make_room();
    WindowLimits bounded = limits;
    // A window holds its segments: of a small log it must not hold all.
    const auto& settings = state_->shared->settings;
    const auto share = state_->shared->memory_mode ? settings.memory_limit / 8 : settings.limit / 16;
    bounded.max_bytes = std::min(limits.max_bytes, static_cast<std::size_t>(share));
    state_->at = self.place;
    state_->losses = {};
    state_->in_window.clear();
    (void)state_->fill(bounded, window);
    window.finish();
    if (window.empty()) {
        delivery.commit(state_->destination, state_->at, state_->losses);
        return false;
    }
    window.end_ = {state_->at.segment, state_->at.offset, state_->at.number};
    window.losses_ = state_->losses;
    self.in_flight = true;
    self.window_end = state_->at.segment;
    return true;
}

void JournalReader::commit(const Window& window, std::uint64_t refused) {
    auto& self = state_->self();
    if (!self.in_flight || window.end_.number != state_->at.number) return;  // of a window that was read before
    self.in_flight = false;
    auto losses = window.losses_;
    losses.at(static_cast<std::size_t>(DropReason::refused)) += refused;
    state_->delivery().commit(state_->destination, state_->at, losses);
}

std::uint64_t JournalReader::backlog() const {
    if (!state_->shared->settled.load(std::memory_order_acquire)) return 0;
    const auto written = state_->shared->written.load(std::memory_order_acquire);
    const auto committed = state_->self().place.number;
    return written > committed ? written - committed : 0;
}

bool JournalReader::set_aside(const StoredSpan& span, std::string_view batch) {
    auto& shared = *state_->shared;
    const auto directory = shared.path(rejected_directory);
    if (!shared.disk.make_directory(directory)) return false;
    const auto& name = shared.delivery.state.destinations.at(state_->destination).name;
    const auto file = rejected_name(name.data(), span.number);
    return shared.delivery.keep(in_directory(directory, file), batch);
}

}  // namespace ordertrace
