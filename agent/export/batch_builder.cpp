#include "export/batch_builder.h"

#include <algorithm>
#include <numeric>

namespace ordertrace {

void BatchBuilder::split(const Window& window, std::uint64_t max_bytes) {
    window_ = &window;
    order_.resize(window.spans.size());
    std::iota(order_.begin(), order_.end(), 0U);
    // Places break the tie: the order of a stable sort without its memory.
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
        const auto& spans = window.spans;
        return spans[a].process != spans[b].process ? spans[a].process < spans[b].process : a < b;
    });
    ranges_.clear();
    std::uint64_t bytes = 0;
    for (std::size_t place = 0; place < order_.size(); ++place) {
        const auto& next = span(place);
        const bool same = place > 0 && span(place - 1).process == next.process;
        if (!same || bytes + next.bytes.size() > max_bytes) {
            ranges_.push_back({place, 0});
            bytes = RequestBody::envelope_size(window.processes[next.process]);
        }
        ++ranges_.back().count;
        bytes += next.bytes.size();
    }
}

RequestBody BatchBuilder::body(SpanRange range) const {
    return {window_->processes[span(range.first).process], window_->spans,
            std::span{order_}.subspan(range.first, range.count)};
}

}  // namespace ordertrace
