// Makes the texts of one line fit for what is stored: valid UTF-8 from the line's charset, no control characters,
// nothing longer than its limit. Owned by an EventReader, intake thread. Texts that need no care stay where they are.
#pragma once

#include <string_view>

#include "intake/charset.h"
#include "intake/redactor.h"
#include "intake/text_arena.h"

namespace ordertrace {

inline constexpr std::size_t max_name = 128;
inline constexpr std::size_t max_attribute = 1024;
inline constexpr std::size_t max_note = 4096;

class LineText {
public:
    explicit LineText(TextArena& arena) : arena_{arena} {}

    // For all texts until the next call. No charset: they are valid UTF-8. `plain`: and is_plain_ascii, each of them.
    void begin(const Charset* charset, bool plain) {
        charset_ = charset;
        harmless_ = plain && charset == nullptr;
        cut_ = false;
    }
    bool cut() const { return cut_; }

    // A name or an id: no control characters.
    std::string_view name(std::string_view text, std::size_t limit = max_name);
    // An order id: without the white space around it and, for cut ids would look alike, of any length.
    std::string_view id(std::string_view text);
    // A name, with what must not be stored masked before it is cut: that must not leave half a number.
    std::string_view value(std::string_view text, const Redactor& redactor, std::size_t limit = max_attribute);
    // Lines for a person: LF, CR and TAB stay.
    std::string_view prose(std::string_view text, const Redactor& redactor);
    // Text in UTF-8 already.
    std::string_view note(std::string_view utf8, const Redactor& redactor);
    std::string_view to_utf8(std::string_view text);

private:
    enum class Controls { none, of_lines };
    std::string_view without_controls(std::string_view text, Controls keep);
    std::string_view limited(std::string_view text, std::size_t limit);

    TextArena& arena_;
    const Charset* charset_ = nullptr;
    bool harmless_ = false;
    bool cut_ = false;
};

// Every byte is a visible ASCII character or a blank: nothing to convert, nothing to replace.
bool is_plain_ascii(std::string_view text);

}  // namespace ordertrace
