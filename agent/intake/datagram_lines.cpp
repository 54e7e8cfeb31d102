#include "intake/datagram_lines.h"

#include <algorithm>

#include "base/text.h"
#include "intake/line_reader.h"
#include "intake/line_words.h"
#include "intake/numbers.h"

namespace ordertrace {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t syslog_header_limit = 256;
constexpr std::size_t longest_character = 4;

bool is_padding_character(char c) { return is_blank(c) || c == '\0' || c == '\r'; }

std::string_view without_padding(std::string_view text) {
    while (!text.empty() && is_padding_character(text.back())) text.remove_suffix(1);
    return text;
}

// Backs up over at most one character: in another charset than UTF-8 every byte may look like a continuation.
std::string_view cut_line(std::string_view text) {
    const auto cut = cut_utf8(text, max_line);
    return cut.size() + longest_character > max_line ? cut : text.substr(0, max_line);
}

// `ord1 `, or another version of it, which is to be rejected as such.
bool is_marker_word(std::string_view text) {
    if (text.size() < 5 || !equals_ignore_case(text.substr(0, 3), "ord") || !is_digit(text[3])) return false;
    const auto end = std::find_if_not(text.begin() + 3, text.end(), is_digit);
    return end != text.end() && is_blank(*end);
}

bool ends_header(std::string_view header) {
    const auto before = [](char c) { return is_blank(c) || c == ':' || c == ']'; };
    if (header.ends_with(byte_order_mark)) header.remove_suffix(byte_order_mark.size());
    return !header.empty() && before(header.back());
}

// Where the event begins behind the syslog header at the front of `text` (RFC 3164, 5424); 0: nowhere.
std::size_t behind_syslog_header(std::string_view text) {
    for (std::size_t i = 1; i < std::min(text.size(), syslog_header_limit); ++i) {
        if (text[i] != '{' && !is_marker_word(text.substr(i))) continue;
        if (ends_header(text.substr(0, i))) return i;
    }
    return 0;
}

void classify(DatagramLine& line) {
    using Kind = DatagramLine::Kind;
    if (line.text.starts_with(byte_order_mark)) line.event = byte_order_mark.size();
    if (line.text.size() == line.event) {
        line.kind = Kind::blank;
        return;
    }
    if (line.text[line.event] == '<') {
        const auto behind = behind_syslog_header(line.text.substr(line.event));
        line.event += behind;
        if (behind == 0) {
            line.kind = Kind::plain;
            return;
        }
    }
    const char first = line.text[line.event];
    if (first == '{' || first == '[')
        line.kind = Kind::json;
    else
        line.kind = claims_marker(line.text.substr(line.event)) ? Kind::marker : Kind::plain;
}

}  // namespace

std::optional<DatagramLine> DatagramLines::peek() const {
    if (at_ >= datagram_.size()) return std::nullopt;
    DatagramLine line;
    line.at = at_;
    const auto left = datagram_.substr(at_);
    line.text = without_padding(left.substr(0, left.find('\n')));
    classify(line);
    if (line.kind != DatagramLine::Kind::json && line.text.size() > max_line) {
        line.text = without_padding(cut_line(line.text));
        line.truncated = true;
    }
    return line;
}

std::optional<DatagramLine> DatagramLines::next() {
    auto line = peek();
    if (line) skip_past(at_);
    return line;
}

std::optional<std::string_view> DatagramLines::next_continuation() {
    const auto line = peek();
    if (!line || (line->kind != DatagramLine::Kind::plain && line->kind != DatagramLine::Kind::blank))
        return std::nullopt;
    skip_past(at_);
    return line->kind == DatagramLine::Kind::blank ? std::string_view{} : line->text.substr(line->event);
}

void DatagramLines::skip_past(std::size_t offset) {
    const auto end = datagram_.find('\n', offset);
    at_ = end == std::string_view::npos ? datagram_.size() : end + 1;
}

bool is_padding(std::string_view text) { return without_padding(text).empty(); }

}  // namespace ordertrace
