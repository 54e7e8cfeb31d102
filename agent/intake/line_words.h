// Cuts a line into the words of the protocol: runs of blanks and TABs separate, quotes hold together, `:` begins the
// free text. Pure, no allocation; the words are views of the line.
#pragma once

#include <cstddef>
#include <string_view>

#include "intake/text_arena.h"

namespace ordertrace {

struct Word {
    enum class Kind { end, bare, pair, free_text, unclosed };
    Kind kind = Kind::end;
    std::size_t at = 0;      // offset in the line
    std::string_view text;   // as written; of free text and an unclosed quote all that is left of the line
    std::string_view key;    // of a pair
    std::string_view value;  // of a pair, or of a word from take_value: without its quotes, escapes not undone
    bool quoted = false;
    bool escaped = false;  // the value has a backslash
};

class LineWords {
public:
    explicit LineWords(std::string_view line) : line_{line} {}

    // The characters up to the next blank, whatever they are: marker and verb.
    Word take_plain();
    // A bare or quoted value on its own: the order. `bare` with `value`, or `unclosed`, `free_text`, `end`.
    Word take_value();
    // Any other word.
    Word take();

private:
    Word begin_word();
    void skip_to_blank();
    bool done() const { return at_ == line_.size(); }
    void take_quoted(Word& word);
    void take_bare(Word& word);
    Word take_free_text(Word word);

    std::string_view line_;
    std::size_t at_ = 0;
};

// The value with its escapes undone: the word's own bytes if it has none.
std::string_view unescaped(const Word& word, TextArena& arena);

bool is_blank(char c);
std::string_view trim_blanks(std::string_view text);

}  // namespace ordertrace
