// Intake's end of the log: the segment being written, on disk or in memory, and the way from one to the other.
// Owned by Journal, intake thread. Writes become visible to delivery only by publish().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/journal_shared.h"

namespace ordertrace {

class LogWriter {
public:
    LogWriter(JournalShared& shared, std::uint64_t salt) : shared_{shared}, salt_{salt} {}
    ~LogWriter();
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;

    // The first segment of this run; memory if the disk does not take it. Before delivery begins.
    void start(std::uint64_t first_id, std::uint64_t first_number, bool disk_is_ready);

    struct Piece {
        std::string_view bytes;          // whole records
        std::uint64_t first_number = 0;  // the lowest one not yet in the log
        bool spans = false;              // contains spans: they have less room than the records of steps
        bool steps = false;
    };
    // What opens every new segment after its header: the processes spans refer to.
    void set_processes(std::string_view records) { processes_ = records; }
    // One write, after a failure on disk one more to memory. False: there is no room, or neither takes it.
    bool write(const Piece& piece);
    // The next write opens a new segment.
    void roll_next() { roll_next_ = true; }

    // From memory back to disk, if that takes a new segment and some more bytes. The segment may be empty for long.
    bool return_to_disk(std::uint64_t first_number);
    // A new segment on disk; false if the disk refuses or the log is in memory.
    bool roll(std::uint64_t first_number);

    void publish();
    void seal();

    std::uint64_t segment() const { return active_->id; }
    bool in_memory() const { return active_->in_memory; }

private:
    struct Opened {
        std::unique_ptr<Segment> segment;
        UniqueFd file;
    };
    Opened open_on_disk(std::uint64_t first_number, bool probe);
    Opened open_in_memory(std::uint64_t first_number);
    bool begin_segment(Opened& opened, Disk& disk, int fd);
    void adopt(Opened opened);
    void close_active();
    bool append(std::string_view bytes);
    bool has_room(const Piece& piece) const;
    bool is_full(const Piece& piece) const;
    Disk& disk_of_active() const;

    JournalShared& shared_;
    const std::uint64_t salt_;
    std::uint64_t next_id_ = 1;
    std::string_view processes_;
    bool roll_next_ = false;
    Segment* active_ = nullptr;
    UniqueFd file_;                      // of the active segment on disk
    std::vector<Segment*> unpublished_;  // from the last published one to the active one
};

}  // namespace ordertrace
