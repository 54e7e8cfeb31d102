#include "intake/json_elements.h"

#include <bitset>

#include "intake/line_reader.h"

namespace ordertrace {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

JsonElements::JsonElements(std::string_view text) : text_{text}, array_{text.starts_with('[')} {}

std::optional<std::string_view> JsonElements::next() {
    if (done_ || failed_) return std::nullopt;
    if (array_) {
        const bool first = !begun_;
        if (first) ++at_;
        skip_space();
        if (at_bracket(']')) {
            ++at_;
            done_ = true;
            return std::nullopt;
        }
        if (!first) {
            if (!at_bracket(',')) {
                failed_ = true;
                return std::nullopt;
            }
            ++at_;
            skip_space();
        }
    }
    done_ = !array_;
    begun_ = true;
    const auto begin = at_;
    failed_ = !skip_value();
    if (failed_) return std::nullopt;
    return text_.substr(begin, at_ - begin);
}

void JsonElements::skip_space() {
    while (at_ < text_.size() && is_space(text_[at_]) && !begins_other_line()) ++at_;
}

// An event's line below: no JSON goes on with it.
bool JsonElements::begins_other_line() const { return text_[at_] == '\n' && claims_marker(text_.substr(at_ + 1)); }

// at_ is at the opening quote. A line feed cannot be in a string: the text is broken there.
bool JsonElements::skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') {
            ++at_;
        } else if (text_[at_] == '"') {
            ++at_;
            return true;
        }
    }
    return false;
}

// One value up to its end; at_ stays at the offending place if there is none.
bool JsonElements::skip_value() {
    std::bitset<max_depth + 1> objects;
    std::size_t depth = 0;
    const auto begin = at_;
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (depth == 0 && (c == ',' || c == ']' || is_space(c))) return at_ > begin;
        if (c == '"') {
            if (!skip_string()) return false;
        } else if (c == '{' || c == '[') {
            if (depth == max_depth) return false;
            objects[++depth] = c == '{';
            ++at_;
        } else if (c == '}' || c == ']') {
            if (depth == 0 || objects[depth] != (c == '}')) return false;
            --depth;
            ++at_;
        } else if (begins_other_line()) {
            return false;
        } else {
            ++at_;
            continue;
        }
        if (depth == 0 && (text_[begin] == '{' || text_[begin] == '[' || text_[begin] == '"')) return true;
    }
    return depth == 0 && at_ > begin;
}

}  // namespace ordertrace
