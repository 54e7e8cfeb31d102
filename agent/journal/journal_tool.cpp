#include "journal/journal_tool.h"

#include <fcntl.h>

#include <algorithm>
#include <numeric>
#include <system_error>

#include "journal/balance_from.h"
#include "journal/files.h"
#include "journal/segment_scan.h"
#include "journal/state_page.h"

namespace ordertrace {
namespace {

struct SegmentFile {
    std::string name;
    std::uint64_t id = 0;
};

std::string why(int error) { return std::generic_category().message(error); }

Result<std::vector<SegmentFile>> segment_files(Disk& disk, const std::string& directory) {
    const auto entries = disk.list(directory);
    if (!entries) return fail("cannot read the journal in " + directory + ": " + why(entries.error()));
    std::vector<SegmentFile> files;
    for (const auto& entry : *entries) {
        const auto kept = corrupt_id(entry.name);
        if (const auto id = kept ? kept : segment_id(entry.name)) files.push_back({entry.name, *id});
    }
    const bool state =
        std::any_of(entries->begin(), entries->end(), [](const auto& e) { return e.name == state_name; });
    if (files.empty() && !state)
        return fail("no journal in " + directory + "; name the directory of journal.directory");
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return files;
}

bool load_balance(Disk& disk, const std::string& directory, Balance& balance) {
    const auto file = disk.open(in_directory(directory, state_name), O_RDONLY);
    if (!file) return false;
    std::array<char, state_file_bytes> bytes{};
    const auto got = read_all(disk, file->get(), bytes.data(), bytes.size(), 0);
    if (!got || *got != bytes.size()) return false;
    StateMemory memory;
    memory.fill(bytes);
    DeliveryState delivery;
    IntakeState intake;
    if (!StatePage<DeliveryState>{memory.delivery_page()}.load(delivery) || delivery.count > max_destinations ||
        !StatePage<IntakeState>{memory.intake_page()}.load(intake))
        return false;
    balance = balance_from(intake, delivery);
    return true;
}

std::string text_of(const WalkItem& item) {
    const auto bytes = std::to_string(item.next - item.offset);
    if (item.what == WalkItem::What::torn) return "the last " + bytes + " bytes are a record that was not finished";
    return bytes + " bytes are no record: the checksum does not match";
}

}  // namespace

Result<JournalListing> list_journal(const std::string& directory) {
    PosixDisk disk;
    auto files = segment_files(disk, directory);
    if (!files) return tl::unexpected<Error>{files.error()};
    JournalListing listing;
    listing.has_state = load_balance(disk, directory, listing.balance);
    for (const auto& file : *files) {
        const auto scan = scan_segment(disk, in_directory(directory, file.name), file.id, {});
        if (!scan) continue;  // delivered and gone since the directory was read
        listing.segments.push_back({file.name, file.id, scan->file_bytes, scan->spans, scan->step_records,
                                    scan->header ? scan->header->first_number : 0, scan->last_number, scan->damaged});
    }
    return listing;
}

Result<std::vector<JournalProblem>> verify_journal(const std::string& directory) {
    PosixDisk disk;
    auto files = segment_files(disk, directory);
    if (!files) return tl::unexpected<Error>{files.error()};
    std::vector<JournalProblem> problems;
    for (const auto& file : *files) {
        const auto scan = scan_segment(disk, in_directory(directory, file.name), file.id, [&](const WalkItem& item) {
            if (item.what != WalkItem::What::record) problems.push_back({file.name, item.offset, text_of(item)});
        });
        if (!scan && scan.error() != ENOENT) problems.push_back({file.name, 0, "cannot be read: " + why(scan.error())});
        if (scan && !scan->header) problems.push_back({file.name, 0, "the header of the segment cannot be read"});
    }
    Balance balance;
    if (!load_balance(disk, directory, balance))
        problems.push_back({std::string{state_name}, 0, "neither copy of a page is whole"});
    return problems;
}

Result<void> visit_spans(const std::string& directory, const SpanVisitor& visit) {
    PosixDisk disk;
    auto files = segment_files(disk, directory);
    if (!files) return tl::unexpected<Error>{files.error()};
    for (const auto& file : *files) {
        std::vector<std::string> processes;
        const auto visit_item = [&](const WalkItem& item) {
            if (item.what != WalkItem::What::record) return;
            if (const auto process = as_process(item.record)) {
                if (processes.size() <= process->index) processes.resize(process->index + 1);
                processes[process->index] = process->bytes;
            } else if (const auto span = as_span(item.record)) {
                const bool known = span->process < processes.size();
                visit(span->number, known ? std::string_view{processes[span->process]} : std::string_view{},
                      span->bytes);
            }
        };
        (void)scan_segment(disk, in_directory(directory, file.name), file.id, visit_item);
    }
    return {};
}

}  // namespace ordertrace
