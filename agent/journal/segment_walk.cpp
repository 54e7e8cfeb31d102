#include "journal/segment_walk.h"

#include <algorithm>

namespace ordertrace {
namespace {

constexpr std::size_t chunk_size = 64U << 10U;

}  // namespace

void SegmentWalk::begin(Disk& disk, int fd, std::uint64_t salt, std::uint64_t offset, std::uint64_t limit) {
    disk_ = &disk;
    fd_ = fd;
    salt_ = salt;
    offset_ = offset;
    limit_ = limit;
    chunk_bytes_ = 0;
}

std::string_view SegmentWalk::view(std::uint64_t offset, std::size_t bytes) {
    if (offset >= limit_) return {};
    bytes = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, limit_ - offset));
    const bool held = offset >= chunk_offset_ && offset + bytes <= chunk_offset_ + chunk_bytes_;
    if (!held) {
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(std::max(bytes, chunk_size), limit_ - offset));
        if (chunk_.size() < wanted) chunk_.resize(wanted);
        const auto got = read_all(*disk_, fd_, chunk_.data(), wanted, offset);
        chunk_offset_ = offset;
        chunk_bytes_ = got.value_or(0);
    }
    const auto start = static_cast<std::size_t>(offset - chunk_offset_);
    return std::string_view{chunk_}.substr(start, std::min(bytes, chunk_bytes_ - std::min(start, chunk_bytes_)));
}

bool SegmentWalk::whole_record_at(std::uint64_t offset) {
    const auto head = decode_head(view(offset, record_head_bytes), salt_);
    if (!head || limit_ - offset < record_head_bytes + head->length) return false;
    return payload_matches(*head, view(offset + record_head_bytes, head->length));
}

// What cannot be read: the one record if its head is right and all its bytes are there; else up to the next whole
// record, if there is one; else the tail of a write that was cut off.
WalkItem SegmentWalk::damage() {
    const auto head = decode_head(view(offset_, record_head_bytes), salt_);
    if (head && limit_ - offset_ >= record_head_bytes + head->length)
        return {WalkItem::What::damaged, offset_, offset_ + record_head_bytes + head->length, {}};
    for (auto at = offset_; at + record_head_bytes < limit_; ++at) {
        if (view(at, 1).empty()) return {WalkItem::What::damaged, offset_, limit_, {}};  // the disk refuses to read
        if (at > offset_ && whole_record_at(at)) return {WalkItem::What::damaged, offset_, at, {}};
    }
    return {WalkItem::What::torn, offset_, limit_, {}};
}

WalkItem SegmentWalk::peek() {
    if (offset_ >= limit_) return {WalkItem::What::limit, offset_, offset_, {}};
    const auto head = decode_head(view(offset_, record_head_bytes), salt_);
    if (!head || limit_ - offset_ < record_head_bytes + head->length) return damage();
    const auto whole = view(offset_, record_head_bytes + head->length);
    if (whole.size() < record_head_bytes + head->length) return damage();
    const auto payload = whole.substr(record_head_bytes);
    if (!payload_matches(*head, payload)) return damage();
    return {WalkItem::What::record, offset_, offset_ + whole.size(),
            Record{static_cast<std::uint8_t>(payload.front()), payload.substr(1)}};
}

WalkItem SegmentWalk::next() {
    const auto item = peek();
    offset_ = item.next;
    return item;
}

}  // namespace ordertrace
