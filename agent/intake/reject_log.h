// The last 100 rejected lines, for the operator to see. Intake adds, the delivery thread copies: a ring of slots with
// a sequence each (odd while written), stored word by word, so that neither side ever waits.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/balance.h"
#include "base/time.h"

namespace ordertrace {

struct RejectedLine {
    TimePoint received{};
    RejectReason reason{};
    std::string from;  // the sender's address, or the name of the file
    std::string text;  // at most 256 bytes of the line, as they came
};

class RejectLog {
public:
    static constexpr std::size_t slots = 100;
    static constexpr std::size_t max_text = 256;

    // Intake thread only.
    void add(TimePoint received, RejectReason reason, std::array<unsigned char, 16> address, std::uint16_t port,
             std::string_view text);
    // Of a file; a long name is cut.
    void add(TimePoint received, RejectReason reason, std::string_view file, std::string_view text);
    // Any thread; oldest first. A line that is being replaced at that moment is left out.
    std::vector<RejectedLine> copy() const;

private:
    // received, reason | port | length of the text | length of the file's name, address or name, text
    static constexpr std::size_t from_words = 8;
    static constexpr std::size_t text_at = 2 + from_words;
    static constexpr std::size_t words = text_at + max_text / 8;
    struct Slot {
        std::atomic<std::uint64_t> sequence{0};
        std::array<std::atomic<std::uint64_t>, words> content{};
    };
    void store(TimePoint received, std::uint64_t what, std::string_view from, std::string_view text);
    std::array<Slot, slots> ring_;
    std::atomic<std::uint64_t> added_{0};
};

}  // namespace ordertrace
