#include "cli/line_splitter.h"

namespace ordertrace {

void LineSplitter::push(std::string_view bytes, const Sink& sink) {
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const auto piece = bytes.substr(0, end);
        if (!leaving_out_ && half_.size() + piece.size() > longest_line) {
            leaving_out_ = true;
            ++too_long_;
            half_ = {};
        }
        if (!leaving_out_) half_ += piece;
        if (end == std::string_view::npos) return;
        if (!leaving_out_) sink(half_);
        half_.clear();
        leaving_out_ = false;
        bytes.remove_prefix(end + 1);
    }
}

void LineSplitter::finish(const Sink& sink) {
    if (!half_.empty()) sink(half_);
    half_.clear();
    leaving_out_ = false;
}

}  // namespace ordertrace
