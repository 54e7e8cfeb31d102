// Cuts a datagram into lines and says what each begins: an event, or more of the note above it. Pure, no allocation.
// Bound: what is over 8,192 bytes of a line is cut at a character boundary; JSON is bounded by the datagram alone.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace ordertrace {

inline constexpr std::size_t max_line = 8192;

struct DatagramLine {
    enum class Kind {
        blank,
        marker,  // first word begins with `ord`
        json,
        plain,  // none of these: continues the note above
    };
    Kind kind = Kind::blank;
    std::size_t at = 0;     // of the line, in the datagram
    std::string_view text;  // without LF, CR and padding
    std::size_t event = 0;  // where in `text` the event begins, behind a mark or a syslog header
    bool truncated = false;
};

class DatagramLines {
public:
    explicit DatagramLines(std::string_view datagram) : datagram_{datagram} {}

    std::optional<DatagramLine> next();
    // The line that next() would give; nothing at the end.
    std::optional<DatagramLine> peek() const;
    // The next line that continues the event above, blank ones within included; nothing when another event begins.
    std::optional<std::string_view> next_continuation();
    // Of the next line; the end of the datagram when there is none.
    std::size_t place() const { return at_; }
    // Goes on with the line after the one that holds `offset`.
    void skip_past(std::size_t offset);

private:
    std::string_view datagram_;
    std::size_t at_ = 0;
};

// What is behind a JSON value on its line has to be padding.
bool is_padding(std::string_view text);

}  // namespace ordertrace
