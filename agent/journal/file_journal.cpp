#include "journal/file_journal.h"

#include <fcntl.h>

#include <random>
#include <utility>

#include "journal/directory.h"
#include "journal/replay.h"

namespace ordertrace {
namespace {

constexpr Duration try_disk_every = std::chrono::milliseconds{900};  // a tick once a second is not to be missed

std::uint64_t random_salt() {
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32U | device();
}

}  // namespace

FileJournal::FileJournal(std::shared_ptr<JournalShared> shared, IntakeState state, std::vector<bool> is_new,
                         std::vector<DestinationBalance> forgotten)
    : shared_{std::move(shared)},
      state_{state},
      is_new_{std::move(is_new)},
      forgotten_{std::move(forgotten)},
      salt_{random_salt()},
      log_{*shared_, salt_} {}

void FileJournal::replay(const StepRecordVisitor& visit) {
    if (std::exchange(replayed_, true)) return;
    const auto settled = settle(*shared_, is_new_, state_);
    visit_steps(*shared_, visit);
    in_log_ = state_.counters.recorded;
    log_.start(settled.next_segment, in_log_ + 1, static_cast<bool>(shared_->lock));
    for (const auto& lost : settled.lost) append_lost(burst_, salt_, lost);
    note_side();
    store_state();
    shared_->delivery.store();
    shared_->settled.store(true, std::memory_order_release);
    commit();
    shared_->ring();  // what earlier runs left is there to be delivered
}

void FileJournal::ensure_replayed() {
    if (!replayed_) replay([](std::uint8_t, std::string_view, std::uint64_t) {});
}

std::uint32_t FileJournal::index_of(std::string_view process) {
    if (last_process_ < processes_.size() && processes_[last_process_] == process)
        return static_cast<std::uint32_t>(last_process_);
    for (last_process_ = 0; last_process_ < processes_.size(); ++last_process_)
        if (processes_[last_process_] == process) return static_cast<std::uint32_t>(last_process_);
    if (processes_.size() == max_processes) {  // a segment has so many; the next one begins with none
        flush();
        processes_.clear();
        process_records_.clear();
        last_process_ = 0;
        log_.roll_next();
    }
    const auto index = static_cast<std::uint32_t>(processes_.size());
    processes_.emplace_back(process);
    append_process(process_records_, salt_, {index, process});
    append_process(burst_, salt_, {index, process});
    burst_has_processes_ = true;
    log_.set_processes(process_records_);
    return index;
}

void FileJournal::add_span(std::string_view process, TimePoint start, std::string_view span) {
    ensure_replayed();
    if (burst_.size() >= shared_->disk_space.burst) flush();
    if (std::max(span.size(), process.size()) > max_record_bytes / 2) {
        append_lost(burst_, salt_, {++state_.counters.recorded, 1, DropReason::refused});
        return;
    }
    const auto index = index_of(process);
    append_span(burst_, salt_, {++state_.counters.recorded, index, start, span});
    burst_has_spans_ = true;
}

std::uint64_t FileJournal::add_step_record(std::uint8_t kind, std::string_view bytes) {
    ensure_replayed();
    if (burst_.size() >= shared_->disk_space.burst) flush();
    const auto before = burst_.size();
    append_step(burst_, salt_, kind, bytes);
    step_bytes_ += burst_.size() - before;
    burst_has_steps_ = true;
    return log_.segment();
}

void FileJournal::commit() {
    ensure_replayed();
    step_bytes_committed_ = std::exchange(step_bytes_, 0);
    store_state();
    flush();
    publish();
}

void FileJournal::flush() {
    if (burst_.empty() && lost_.empty()) return;
    bool taken = write_burst();
    if (!taken && burst_has_spans_) {
        lose(lost_.empty() ? in_log_ + 1 : lost_.back().first + lost_.back().count, state_.counters.recorded,
             log_.in_memory() ? DropReason::memory_full : DropReason::journal_full);
        keep_without_spans();
        taken = burst_.empty() || write_burst();
    }
    if (!taken) {
        steps_were_lost_ |= burst_has_steps_;
        if (burst_has_processes_) log_.roll_next();  // the next segment begins with all of them
    }
    burst_.clear();
    burst_has_spans_ = burst_has_steps_ = burst_has_processes_ = false;
    shared_->losses_to_book.store(!lost_.empty(), std::memory_order_relaxed);
}

bool FileJournal::write_burst() {
    const auto records = burst_.size();
    if (!lost_.empty()) {
        std::string front;
        for (const auto& lost : lost_) append_lost(front, salt_, lost);
        burst_.insert(0, front);
    }
    const bool taken = log_.write({burst_, in_log_ + 1, burst_has_spans_, burst_has_steps_});
    note_side();
    if (taken) {
        in_log_ = state_.counters.recorded;
        lost_.clear();
    } else {
        burst_.erase(0, burst_.size() - records);
    }
    return taken;
}

// Spans the log has no room for are given up, so that the records of open steps still find some.
void FileJournal::keep_without_spans() {
    std::string rest;
    for (std::string_view left{burst_}; !left.empty();) {
        const auto bytes = record_head_bytes + decode_head(left, salt_)->length;
        const auto kind = static_cast<std::uint8_t>(left[record_head_bytes]);
        if (is_step_record(kind) || kind == static_cast<std::uint8_t>(RecordKind::process))
            rest.append(left.substr(0, bytes));
        left.remove_prefix(bytes);
    }
    burst_ = burst_has_steps_ || burst_has_processes_ ? std::move(rest) : std::string{};
    burst_has_spans_ = false;
}

void FileJournal::lose(std::uint64_t first, std::uint64_t last, DropReason reason) {
    if (!lost_.empty() && lost_.back().reason == reason)
        lost_.back().count += last - first + 1;
    else
        lost_.push_back({first, last - first + 1, reason});
}

// Numbers that go to memory must be known as such before a kill can take them.
void FileJournal::note_side() {
    auto& from = state_.counters.memory_from;
    if (!log_.in_memory() || (from != 0 && state_.memory_until == 0)) return;
    if (from == 0) from = in_log_ + 1;
    state_.memory_until = 0;
    stored_.counters.memory_from = from;
    stored_.memory_until = 0;
    shared_->intake_page.store(stored_);  // the counters may be in the middle of an event
}

void FileJournal::store_state() {
    stored_ = state_;
    shared_->intake_page.store(stored_);
}

void FileJournal::publish() {
    log_.publish();
    const bool more = shared_->written.load(std::memory_order_relaxed) != in_log_;
    if (more) shared_->written.store(in_log_);
    if (more || shared_->over_drop_mark()) shared_->ring();
}

bool FileJournal::directory_is_ready() {
    if (!shared_->lock) {
        const bool was_read = shared_->directory_was_read;
        const auto lock = lock_directory(*shared_);
        if (lock == Lock::held_by_other) shared_->trouble.set(DiskTrouble::locked, 0);
        if (lock != Lock::taken) return false;
        if (!was_read && holds_a_journal(*shared_)) {
            shared_->trouble.set(DiskTrouble::foreign, 0);
            shared_->lock.reset();
            return false;
        }
        shared_->directory_was_read = true;
    }
    return shared_->state_on_disk || attach_state(*shared_, false);
}

void FileJournal::tick(TimePoint now) {
    ensure_replayed();
    if (!lost_.empty()) commit();
    if (now - last_try_ < try_disk_every && now >= last_try_) return;
    last_try_ = now;
    if (log_.in_memory()) {
        if (directory_is_ready() && log_.return_to_disk(in_log_ + 1)) {
            state_.memory_until = in_log_ + 1;
            store_state();
            publish();
            // What became of open steps meanwhile lies in memory only: all that are still open begin anew here.
            resync_ = log_.segment();
            steps_were_lost_ = false;
        }
        return;
    }
    if (!shared_->state_on_disk && directory_is_ready()) shared_->trouble.clear();
    if (state_.counters.memory_from != 0 && shared_->memory_bytes == 0) {
        state_.counters.memory_from = state_.memory_until = 0;
        store_state();
    }
    if (steps_were_lost_ && resync_ == 0 && shared_->disk_bytes < shared_->disk_space.spans_up_to &&
        log_.roll(in_log_ + 1)) {
        publish();
        resync_ = log_.segment();
        steps_were_lost_ = false;
    }
}

std::uint64_t FileJournal::rewrite_steps_below() const {
    const auto wanted = shared_->rewrite_below.load(std::memory_order_relaxed);
    return std::max(wanted > shared_->rewritten_to.load(std::memory_order_relaxed) ? wanted : 0, resync_);
}

void FileJournal::rewritten(std::uint64_t segment) {
    if (!burst_.empty()) commit();
    const auto bytes = step_bytes_committed_;
    if (steps_were_lost_) {  // some of them found no room: once more with the next tick
        resync_ = 0;
        return;
    }
    if (resync_ != 0 && segment >= resync_ && !log_.in_memory()) {
        append_steps_from(burst_, salt_, resync_);
        resync_ = 0;
        commit();
    }
    shared_->rewrite_bytes = bytes;
    shared_->rewritten_to = segment;
    shared_->ring();
}

void FileJournal::seal() {
    commit();
    log_.seal();
    shared_->written.store(in_log_);
    shared_->ring();
}

}  // namespace ordertrace
