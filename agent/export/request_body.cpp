#include "export/request_body.h"

#include <algorithm>
#include <cstring>

namespace ordertrace {
namespace {

using namespace std::string_view_literals;

// Batch of proto/jaeger.thrift in the binary protocol: field 1 struct, field 2 list of structs, stop.
constexpr std::string_view process_field = "\x0C\x00\x01"sv;
constexpr std::string_view spans_field = "\x0F\x00\x02\x0C"sv;
constexpr std::string_view stop = "\x00"sv;
constexpr std::size_t list_head_size = 8;

}  // namespace

RequestBody::RequestBody(std::string_view process, std::span<const StoredSpan> all,
                         std::span<const std::uint32_t> chosen)
    : is_batch_{true}, process_{process}, all_{all}, chosen_{chosen}, size_{envelope_size(process)} {
    std::copy(spans_field.begin(), spans_field.end(), list_head_.begin());
    const auto count = static_cast<std::uint32_t>(chosen.size());
    for (unsigned i = 0; i < 4; ++i) list_head_.at(4 + i) = static_cast<char>((count >> (24 - 8 * i)) & 0xFFU);
    for (const auto place : chosen_) size_ += all_[place].bytes.size();
}

std::size_t RequestBody::envelope_size(std::string_view process) {
    return process_field.size() + process.size() + list_head_size + stop.size();
}

std::string_view RequestBody::piece(std::size_t index) const {
    if (!is_batch_) return process_;
    if (index == 0) return process_field;
    if (index == 1) return process_;
    if (index == 2) return {list_head_.data(), list_head_.size()};
    if (index == chosen_.size() + 3) return stop;
    return all_[chosen_[index - 3]].bytes;
}

std::size_t RequestBody::read(char* out, std::size_t capacity) {
    std::size_t copied = 0;
    while (copied < capacity && index_ < pieces()) {
        const auto rest = piece(index_).substr(offset_);
        const auto size = std::min(rest.size(), capacity - copied);
        std::memcpy(out + copied, rest.data(), size);
        copied += size;
        offset_ += size;
        if (size < rest.size()) break;
        ++index_;
        offset_ = 0;
    }
    return copied;
}

void RequestBody::rewind() {
    index_ = 0;
    offset_ = 0;
}

}  // namespace ordertrace
