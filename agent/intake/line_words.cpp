#include "intake/line_words.h"

#include <optional>

namespace ordertrace {
namespace {

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
    return std::nullopt;
}

// The byte of `\xHH` at the front of `text`.
std::optional<char> hex_escape(std::string_view text) {
    if (text.size() < 4 || text[0] != '\\' || text[1] != 'x') return std::nullopt;
    const auto high = hex_digit(text[2]);
    const auto low = hex_digit(text[3]);
    if (!high || !low) return std::nullopt;
    return static_cast<char>(*high << 4U | *low);
}

std::optional<char> quoted_escape(char c) {
    switch (c) {
        case '"': return '"';
        case '\\': return '\\';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        default: return std::nullopt;
    }
}

}  // namespace

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

Word LineWords::begin_word() {
    while (!done() && is_blank(line_[at_])) ++at_;
    Word word;
    word.at = at_;
    return word;
}

void LineWords::skip_to_blank() {
    while (!done() && !is_blank(line_[at_])) ++at_;
}

Word LineWords::take_plain() {
    auto word = begin_word();
    if (done()) return word;
    skip_to_blank();
    word.kind = Word::Kind::bare;
    word.text = line_.substr(word.at, at_ - word.at);
    return word;
}

Word LineWords::take_value() {
    auto word = begin_word();
    if (done()) return word;
    if (line_[at_] == ':') return take_free_text(word);
    word.kind = Word::Kind::bare;
    if (line_[at_] == '"')
        take_quoted(word);
    else
        take_bare(word);
    return word;
}

Word LineWords::take() {
    auto word = begin_word();
    if (done()) return word;
    if (line_[at_] == ':') return take_free_text(word);
    word.kind = Word::Kind::bare;
    if (line_[at_] == '"') {
        take_quoted(word);
        return word;
    }
    while (!done() && !is_blank(line_[at_]) && line_[at_] != '=') ++at_;
    if (done() || line_[at_] != '=') {
        word.text = line_.substr(word.at, at_ - word.at);
        return word;
    }
    word.kind = Word::Kind::pair;
    word.key = line_.substr(word.at, at_ - word.at);
    ++at_;
    if (!done() && line_[at_] == '"')
        take_quoted(word);
    else
        take_bare(word);
    return word;
}

// at_ is at the opening quote.
void LineWords::take_quoted(Word& word) {
    const auto begin = ++at_;
    while (!done() && line_[at_] != '"') {
        if (line_[at_] == '\\') {
            word.escaped = true;
            ++at_;
        }
        if (!done()) ++at_;
    }
    if (done()) {
        word.kind = Word::Kind::unclosed;
        word.text = line_.substr(word.at);
        return;
    }
    word.quoted = true;
    word.value = line_.substr(begin, at_ - begin);
    ++at_;
    word.text = line_.substr(word.at, at_ - word.at);
}

void LineWords::take_bare(Word& word) {
    const auto begin = at_;
    for (; !done() && !is_blank(line_[at_]); ++at_)
        if (line_[at_] == '\\') word.escaped = true;
    word.value = line_.substr(begin, at_ - begin);
    word.text = line_.substr(word.at, at_ - word.at);
}

Word LineWords::take_free_text(Word word) {
    word.kind = Word::Kind::free_text;
    word.text = trim_blanks(line_.substr(at_ + 1));
    at_ = line_.size();
    return word;
}

std::string_view unescaped(const Word& word, TextArena& arena) {
    if (!word.escaped) return word.value;
    ArenaText out{arena};
    const auto text = word.value;
    for (std::size_t i = 0; i < text.size();) {
        if (const auto byte = hex_escape(text.substr(i))) {
            out.add(*byte);
            i += 4;
        } else if (word.quoted && text[i] == '\\' && i + 1 < text.size()) {
            if (const auto plain = quoted_escape(text[i + 1]))
                out.add(*plain);
            else
                out.add(text.substr(i, 2));
            i += 2;
        } else {
            out.add(text[i++]);
        }
    }
    return out.view();
}

}  // namespace ordertrace
