// Whatever is posted to the board's intake is decoded or refused; what is decoded is no more than the body holds.
#include "board/batch_decoder.h"

#include "support/fuzz.h"

namespace {

using namespace ordertrace;

std::size_t bytes_of(const std::vector<ReceivedTag>& tags) {
    std::size_t bytes = 0;
    for (const auto& tag : tags) {
        const auto* text = std::get_if<std::string>(&tag.value);
        bytes += tag.key.size() + (text ? text->size() : 0);
    }
    return bytes;
}

std::size_t bytes_of(const ReceivedSpan& span) {
    std::size_t bytes = span.name.size() + bytes_of(span.tags);
    for (const auto& log : span.logs) bytes += bytes_of(log.fields);
    return bytes;
}

}  // namespace

FUZZ_TARGET(batch_decoder) {
    const auto batch = decode_batch(input);
    if (!batch) {
        require(!batch.error().message.empty());
        return;
    }
    std::size_t bytes = batch->service.size();
    for (const auto& span : batch->spans) bytes += bytes_of(span);
    require(bytes <= input.size());
    require(batch->spans.size() <= input.size());
}
