// Splits a window of the journal into batches: one process each, no body over the limit.
// Owned by one destination; delivery thread. Holds 4 bytes a span of the window, kept from window to window.
#pragma once

#include <cstdint>
#include <vector>

#include "export/request_body.h"

namespace ordertrace {

// Neighbours in BatchBuilder's order; always of one process. Halving is splitting the range.
struct SpanRange {
    std::size_t first = 0;
    std::size_t count = 0;
    friend bool operator==(const SpanRange&, const SpanRange&) = default;
};

class BatchBuilder {
public:
    // `window` stays alive and unchanged until the next call. A span that is too large alone is a range of its own.
    void split(const Window& window, std::uint64_t max_bytes);

    const std::vector<SpanRange>& ranges() const { return ranges_; }
    RequestBody body(SpanRange range) const;
    const StoredSpan& span(std::size_t place) const { return window_->spans[order_[place]]; }

private:
    const Window* window_ = nullptr;
    std::vector<std::uint32_t> order_;  // places in window_->spans, by process, else in the journal's order
    std::vector<SpanRange> ranges_;
};

}  // namespace ordertrace
