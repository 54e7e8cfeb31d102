// Finds the JSON values at a place of a datagram: one object, or each element of an array, over as many lines as they
// take. It pairs brackets and knows strings; whether an element is JSON is for json_reader to say. Pure, no allocation.
// Bounds: max_depth nested brackets, so that a datagram of brackets is not read again and again.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace ordertrace {

class JsonElements {
public:
    static constexpr std::size_t max_depth = 32;

    // `text` begins with `{` or `[` and goes on to the end of the datagram.
    explicit JsonElements(std::string_view text);

    bool is_array() const { return array_; }
    // The next element; nothing at the end or when `failed`.
    std::optional<std::string_view> next();
    // The brackets do not close, or a comma is missing.
    bool failed() const { return failed_; }
    // Behind what was read, or the offending place.
    std::size_t place() const { return at_; }

private:
    bool skip_value();
    bool skip_string();
    void skip_space();
    bool begins_other_line() const;
    bool at_bracket(char bracket) const { return at_ < text_.size() && text_[at_] == bracket; }

    std::string_view text_;
    std::size_t at_ = 0;
    bool array_;
    bool begun_ = false;
    bool done_ = false;
    bool failed_ = false;
};

}  // namespace ordertrace
