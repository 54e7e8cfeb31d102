// A segment of whatever bytes: the walk always gets on, ends at the end, and what it calls a record is one.
#include <algorithm>
#include <cstring>

#include "journal/segment_walk.h"
#include "support/fuzz.h"

namespace {

using namespace ordertrace;

// A file that is the input.
class InputDisk : public PosixDisk {
public:
    explicit InputDisk(std::string_view bytes) : bytes_{bytes} {}
    DiskResult<std::size_t> read_at(int, char* to, std::size_t bytes, std::uint64_t offset) override {
        const auto left = bytes_.substr(std::min<std::uint64_t>(offset, bytes_.size()));
        const auto got = std::min(bytes, left.size());
        std::memcpy(to, left.data(), got);
        return got;
    }

private:
    std::string_view bytes_;
};

std::string encoded_again(const Record& record, std::uint64_t salt) {
    std::string bytes;
    if (const auto span = as_span(record))
        append_span(bytes, salt, *span);
    else if (const auto process = as_process(record))
        append_process(bytes, salt, *process);
    else if (const auto lost = as_lost(record))
        append_lost(bytes, salt, *lost);
    else if (const auto from = as_steps_from(record))
        append_steps_from(bytes, salt, *from);
    else
        append_step(bytes, salt, record.kind, record.bytes);
    return bytes;
}

}  // namespace

FUZZ_TARGET(journal_record) {
    const auto header = decode_segment_header(input);
    const std::uint64_t salt = header ? header->salt : 0;
    if (header) {
        const auto again = encode(*header);
        require(std::string_view(again.data(), again.size()) == input.substr(0, again.size()));
    }
    InputDisk disk{input};
    SegmentWalk walk;
    const std::uint64_t begin = header ? segment_header_bytes : 0;
    walk.begin(disk, 0, salt, begin, input.size());
    auto at = begin;
    for (auto item = walk.next(); item.what != WalkItem::What::limit; item = walk.next()) {
        require(item.offset == at && item.next > at && item.next <= input.size());
        at = item.next;
        if (item.what != WalkItem::What::record) continue;
        require(encoded_again(item.record, salt) == input.substr(item.offset, item.next - item.offset));
    }
    if (!input.empty()) (void)encoded_again({static_cast<std::uint8_t>(input[0]), input.substr(1)}, salt);
}
