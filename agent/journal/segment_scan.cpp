#include "journal/segment_scan.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace ordertrace {
namespace {

void note_record(SegmentScan& scan, const Record& record) {
    if (const auto span = as_span(record)) {
        ++scan.spans;
        scan.last_number = std::max(scan.last_number, span->number);
        scan.damaged_tail = false;
    } else if (const auto lost = as_lost(record)) {
        scan.lost.push_back(*lost);
        scan.last_number = std::max(scan.last_number, lost->first + lost->count - 1);
    } else if (const auto from = as_steps_from(record)) {
        scan.steps_from = std::max(scan.steps_from, *from);
    } else if (is_step_record(record.kind)) {
        ++scan.step_records;
    }
}

}  // namespace

DiskResult<SegmentScan> scan_segment(Disk& disk, const std::string& path, std::uint64_t id, const ItemVisitor& visit) {
    const auto file = disk.open(path, O_RDONLY);
    if (!file) return tl::unexpected<int>{file.error()};
    struct stat about{};
    if (::fstat(file->get(), &about) != 0) return tl::unexpected<int>{errno};
    SegmentScan scan;
    scan.id = id;
    scan.file_bytes = static_cast<std::uint64_t>(about.st_size);

    std::array<char, segment_header_bytes> header{};
    const auto got = read_all(disk, file->get(), header.data(), header.size(), 0);
    if (got && *got == header.size()) scan.header = decode_segment_header({header.data(), header.size()});
    if (!scan.header || scan.header->id != id || scan.header->first_number == 0) {
        scan.header.reset();
        scan.torn = scan.file_bytes < segment_header_bytes;
        scan.damaged = !scan.torn;
        return scan;
    }
    scan.whole_bytes = scan.file_bytes;
    scan.last_number = scan.header->first_number - 1;
    SegmentWalk walk;
    walk.begin(disk, file->get(), scan.header->salt, segment_header_bytes, scan.file_bytes);
    for (auto item = walk.next(); item.what != WalkItem::What::limit; item = walk.next()) {
        switch (item.what) {
            case WalkItem::What::record: note_record(scan, item.record); break;
            case WalkItem::What::damaged: scan.damaged = scan.damaged_tail = true; break;
            case WalkItem::What::torn:
                scan.torn = true;
                scan.whole_bytes = item.offset;
                break;
            case WalkItem::What::limit: break;
        }
        if (visit) visit(item);
    }
    return scan;
}

}  // namespace ordertrace
