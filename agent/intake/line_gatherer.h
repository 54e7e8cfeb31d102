// Cuts a stream of bytes (a connection, a file) into pieces of whole lines for the reader: the lines that continue a
// note stay with the line above them. Pure. Owned by the door that reads the stream.
// Bounds: a piece, and so a line, has at most `piece_bytes`. What a line has beyond that is left out, and so is what a
// note has beyond its piece: both are cut long before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ordertrace {

class LineGatherer {
public:
    static constexpr std::size_t piece_bytes = 64U << 10U;

    // Where in its stream reading begins. Behind the beginning, what is not the front of an event belongs to what was
    // read before.
    enum class From : std::uint8_t { beginning, line, middle_of_line };
    explicit LineGatherer(From from = From::beginning)
        : skip_line_{from == From::middle_of_line}, skip_note_{from != From::beginning} {}

    void add(std::string_view bytes);
    // A piece's worth has gathered; pieces are to be taken before more is added.
    bool full() const { return text_.size() >= piece_bytes; }
    // A whole line has gathered.
    bool has_line() const { return behind_last_line() != 0; }
    // Bytes of a line whose end has not come.
    std::size_t half_line() const { return text_.size() - behind_last_line(); }
    // Bytes of the stream that come before the next piece.
    std::uint64_t place() const { return place_; }

    // Of a full gatherer: up to where the last event begins, for that one may go on.
    std::string take_piece();
    // Up to where the last event begins, as yet; it may be nothing.
    std::string take_closed();
    // All whole lines: nothing more has come for a while.
    std::string take_lines() { return take(behind_last_line()); }
    // Everything: the stream is over, and what is left without LF is a line too.
    std::string take_rest() { return take(text_.size()); }

private:
    std::size_t behind_last_line() const;
    void skip_continuation();
    void drop(std::size_t bytes);
    std::string take(std::size_t bytes);

    bool skip_line_;
    bool skip_note_;
    std::string text_;
    std::uint64_t place_ = 0;
};

}  // namespace ordertrace
