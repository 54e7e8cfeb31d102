// Walks the records of one segment file from an offset up to a limit, in chunks read with pread.
// Owned by whoever reads: a destination's reader, the replay at start, the command that lists a journal.
// Holds one chunk of 64 KiB (a longer record grows it, at most to max_record_bytes).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "journal/disk.h"
#include "journal/record.h"

namespace ordertrace {

struct WalkItem {
    enum class What : std::uint8_t {
        record,
        damaged,  // bytes that are no record, and a whole record follows, or all bytes of this one are there
        torn,     // bytes that are no record up to the limit: a write that did not finish
        limit,    // nothing more up to the limit
    };
    What what = What::limit;
    std::uint64_t offset = 0;
    std::uint64_t next = 0;  // offset behind it
    Record record;           // views into the walk's chunk, valid until the next call
};

class SegmentWalk {
public:
    // `fd` stays the caller's and open. Records lie in [offset, limit).
    void begin(Disk& disk, int fd, std::uint64_t salt, std::uint64_t offset, std::uint64_t limit);
    // More was published: the walk may go further.
    void extend(std::uint64_t limit) { limit_ = limit; }

    // The next record, and the walk stands behind it.
    WalkItem next();
    // As next(), but the walk stays where it is.
    WalkItem peek();
    void skip_to(std::uint64_t offset) { offset_ = offset; }
    std::uint64_t offset() const { return offset_; }

private:
    // Bytes of the file at `offset`, `bytes` of them or fewer at the limit; nothing when they cannot be read.
    std::string_view view(std::uint64_t offset, std::size_t bytes);
    bool whole_record_at(std::uint64_t offset);
    WalkItem damage();

    Disk* disk_ = nullptr;
    int fd_ = -1;
    std::uint64_t salt_ = 0;
    std::uint64_t offset_ = 0;
    std::uint64_t limit_ = 0;
    std::string chunk_;
    std::uint64_t chunk_offset_ = 0;
    std::size_t chunk_bytes_ = 0;
};

}  // namespace ordertrace
