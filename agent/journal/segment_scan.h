// One segment file read from its beginning to its end: what it holds and where it is damaged.
// Used by the replay and by the command that lists and verifies a journal.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "journal/disk.h"
#include "journal/record.h"
#include "journal/segment_walk.h"

namespace ordertrace {

struct SegmentScan {
    std::uint64_t id = 0;
    std::uint64_t file_bytes = 0;
    std::optional<SegmentHeader> header;  // none: nothing of it can be read
    std::uint64_t whole_bytes = 0;        // without a torn tail
    std::uint64_t last_number = 0;        // highest one seen, at least header.first_number - 1
    std::uint64_t spans = 0;
    std::uint64_t step_records = 0;
    std::uint64_t steps_from = 0;
    std::vector<LostRecord> lost;
    bool damaged = false;
    bool damaged_tail = false;  // after the last number that could be read
    bool torn = false;
};

// `visit` sees every item but the last (limit); may be empty. Fails if the file cannot be opened.
using ItemVisitor = std::function<void(const WalkItem& item)>;
DiskResult<SegmentScan> scan_segment(Disk& disk, const std::string& path, std::uint64_t id, const ItemVisitor& visit);

}  // namespace ordertrace
