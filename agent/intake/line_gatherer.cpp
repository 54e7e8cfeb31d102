#include "intake/line_gatherer.h"

#include "intake/datagram_lines.h"

namespace ordertrace {
namespace {

constexpr auto none = std::string_view::npos;

// Of the line at the front of `text`, which may be there in part.
bool begins_event(std::string_view text) {
    const auto line = DatagramLines{text}.peek();
    return line && (line->kind == DatagramLine::Kind::marker || line->kind == DatagramLine::Kind::json);
}

// Behind the last line within a piece that is followed by an event; 0: none.
std::size_t before_last_event(std::string_view text) {
    auto end = text.rfind('\n', LineGatherer::piece_bytes - 1);
    while (end != none && end > 0) {
        if (begins_event(text.substr(end + 1))) return end + 1;
        end = text.rfind('\n', end - 1);
    }
    return 0;
}

}  // namespace

void LineGatherer::add(std::string_view bytes) {
    text_ += bytes;
    if (skip_line_) {
        const auto end = text_.find('\n');
        skip_line_ = end == std::string::npos;
        drop(skip_line_ ? text_.size() : end + 1);
    }
    if (skip_note_ && !skip_line_) skip_continuation();
}

std::string LineGatherer::take_piece() {
    auto bytes = before_last_event(text_);
    if (bytes == 0) {
        // All of it is one event, and what more there is of it is more than it may have.
        skip_note_ = true;
        const auto end = text_.rfind('\n', piece_bytes - 1);
        skip_line_ = end == std::string::npos;
        bytes = skip_line_ ? piece_bytes : end + 1;
    }
    auto piece = take(bytes);
    add({});
    return piece;
}

std::string LineGatherer::take_closed() { return take(before_last_event(text_)); }

std::size_t LineGatherer::behind_last_line() const {
    const auto end = text_.rfind('\n');
    return end == std::string::npos ? 0 : end + 1;
}

void LineGatherer::skip_continuation() {
    const std::string_view text{text_};
    std::size_t at = 0;
    skip_note_ = !begins_event(text);
    for (auto end = text.find('\n'); skip_note_ && end != none; end = text.find('\n', at)) {
        at = end + 1;
        skip_note_ = !begins_event(text.substr(at));
    }
    drop(at);
    if (!skip_note_ || !full()) return;
    skip_line_ = true;  // a line that is long, and no event
    drop(text_.size());
}

void LineGatherer::drop(std::size_t bytes) {
    text_.erase(0, bytes);
    place_ += bytes;
}

std::string LineGatherer::take(std::size_t bytes) {
    std::string piece = text_.substr(0, bytes);
    drop(bytes);
    return piece;
}

}  // namespace ordertrace
