#include "emit/event_line.h"

#include <algorithm>

#include "base/text.h"

namespace ordertrace {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// U+0080 to U+009F: terminals obey them as they obey C0.
bool is_c1(std::string_view text) {
    return text.size() > 1 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0;
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// In a bare value \xHH alone is an escape: one that was meant literally needs quotes.
bool has_hex_escape(std::string_view value) {
    for (auto at = value.find("\\x"); at != std::string_view::npos; at = value.find("\\x", at + 1))
        if (at + 3 < value.size() && is_hex(value[at + 2]) && is_hex(value[at + 3])) return true;
    return false;
}

bool reads_back_bare(std::string_view value) {
    for (std::size_t i = 0; i < value.size(); ++i)
        if (value[i] == ' ' || is_control(value[i]) || is_c1(value.substr(i))) return false;
    return !value.starts_with('"') && !has_hex_escape(value);
}

std::string quoted(std::string_view value) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out = "\"";
    const auto add_hex = [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        out += {'\\', 'x', hex[byte >> 4U], hex[byte & 0x0FU]};
    };
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else if (c == '\t')
            out += "\\t";
        else if (is_control(c))
            add_hex(c);
        else if (is_c1(value.substr(i))) {
            add_hex(c);
            add_hex(value[++i]);
        } else
            out += c;
    }
    return out + '"';
}

std::string word_of(const std::string& word) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0) return line_value(word);
    const auto key = std::string_view{word}.substr(0, equals);
    if (!reads_back_bare(key)) return line_value(word);
    return std::string{key} + '=' + line_value(std::string_view{word}.substr(equals + 1));
}

// Lines of a datagram continue the note above them, but for those that could be taken for an event of their own.
bool continues_note(std::string_view line) {
    return line.find_first_not_of(" \t") != std::string_view::npos && !claims_to_be_event(line);
}

std::string note_text(std::string_view text) {
    std::string note{text.substr(0, text.find('\n'))};
    while (text.find('\n') != std::string_view::npos) {
        text.remove_prefix(text.find('\n') + 1);
        const auto line = text.substr(0, text.find('\n'));
        note += continues_note(line) ? '\n' : ' ';
        note += line;
    }
    return note;
}

}  // namespace

bool claims_to_be_event(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return equals_ignore_case(line.substr(0, 3), "ord") || line.starts_with('{') || line.starts_with('[') ||
           line.starts_with('<') || line.starts_with("\xEF\xBB\xBF");
}

std::string line_value(std::string_view value) { return reads_back_bare(value) ? std::string{value} : quoted(value); }

std::string event_line(std::string_view verb, std::string_view order, const std::vector<std::string>& words) {
    std::string line = "ord1 " + line_value(verb) + ' ' + (order.empty() ? "\"\"" : line_value(order));
    const auto note = std::find_if(words.begin(), words.end(), [](const auto& word) { return word.starts_with(':'); });
    for (auto word = words.begin(); word != note; ++word) line += ' ' + word_of(*word);
    std::string text;
    for (auto word = note; word != words.end(); ++word) text += (text.empty() ? "" : " ") + *word;
    return text.empty() ? line : line + ' ' + note_text(text);
}

}  // namespace ordertrace
