// The bytes of one request, handed out in pieces: a Thrift Batch put around the spans of a window, or a plain text.
// Views only, so a batch needs no second copy of the window. Delivery thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "journal/journal_reader.h"

namespace ordertrace {

class RequestBody {
public:
    explicit RequestBody(std::string_view bytes) : process_{bytes}, size_{bytes.size()} {}
    // A Batch of these spans, by their place in `all`. Everything given stays alive and unchanged meanwhile.
    RequestBody(std::string_view process, std::span<const StoredSpan> all, std::span<const std::uint32_t> chosen);

    std::size_t size() const { return size_; }
    // Copies the next bytes to `out`, at most `capacity`; 0 at the end.
    std::size_t read(char* out, std::size_t capacity);
    void rewind();

    // What a Batch costs beyond its spans.
    static std::size_t envelope_size(std::string_view process);

private:
    std::string_view piece(std::size_t index) const;
    std::size_t pieces() const { return is_batch_ ? chosen_.size() + 4 : 1; }

    bool is_batch_ = false;
    std::string_view process_;
    std::array<char, 8> list_head_{};
    std::span<const StoredSpan> all_;
    std::span<const std::uint32_t> chosen_;
    std::size_t size_ = 0;
    std::size_t index_ = 0;   // of the piece being read
    std::size_t offset_ = 0;  // in it
};

}  // namespace ordertrace
