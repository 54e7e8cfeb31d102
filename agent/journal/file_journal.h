// The Journal itself: composes bursts, keeps the counters, and decides what becomes of a burst nobody takes.
// Intake thread. The burst buffer holds about Space::burst bytes; numbers that are lost are kept as ranges.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "journal/log_writer.h"
#include "journal/record.h"

namespace ordertrace {

class FileJournal : public Journal {
public:
    FileJournal(std::shared_ptr<JournalShared> shared, IntakeState state, std::vector<bool> is_new,
                std::vector<DestinationBalance> forgotten);

    void replay(const StepRecordVisitor& visit) override;
    IntakeCounters& counters() override { return state_.counters; }
    void add_span(std::string_view process, TimePoint start, std::string_view span) override;
    std::uint64_t add_step_record(std::uint8_t kind, std::string_view bytes) override;
    void commit() override;
    void tick(TimePoint now) override;
    std::uint64_t rewrite_steps_below() const override;
    void rewritten(std::uint64_t segment) override;
    void seal() override;
    const std::vector<DestinationBalance>& forgotten() const override { return forgotten_; }
    std::shared_ptr<JournalShared> shared() const override { return shared_; }

private:
    void ensure_replayed();
    std::uint32_t index_of(std::string_view process);
    void flush();
    bool write_burst();
    void keep_without_spans();
    void lose(std::uint64_t first, std::uint64_t last, DropReason reason);
    void note_side();
    void store_state();
    void publish();
    bool directory_is_ready();

    std::shared_ptr<JournalShared> shared_;
    IntakeState state_;
    IntakeState stored_;  // as it lies in the state page
    std::vector<bool> is_new_;
    std::vector<DestinationBalance> forgotten_;
    const std::uint64_t salt_;
    LogWriter log_;
    TimePoint last_try_{};
    bool replayed_ = false;

    std::string burst_;
    bool burst_has_spans_ = false;
    bool burst_has_steps_ = false;
    bool burst_has_processes_ = false;
    std::uint64_t step_bytes_ = 0;            // of the step records since the commit before
    std::uint64_t step_bytes_committed_ = 0;  // of those in the last commit
    std::uint64_t in_log_ = 0;                // every number up to here is in the log, as a span or as lost
    std::vector<LostRecord> lost_;  // numbers above in_log_ that no burst took; written with the next one, or by a tick

    std::vector<std::string> processes_;
    std::string process_records_;  // the same, as records
    std::size_t last_process_ = 0;

    std::uint64_t resync_ = 0;  // open steps are to be appended from this segment on: older records do not count
    bool steps_were_lost_ = false;
};

}  // namespace ordertrace
