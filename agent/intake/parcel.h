// A piece of text on its way from a door (TCP, HTTP, a directory) to the intake thread, and what became of it.
// Owned by whoever has it in hand: the door, the hand-over, the intake thread. Bound: max_parcel bytes of text.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/balance.h"
#include "base/time.h"

namespace ordertrace {

inline constexpr std::size_t max_parcel = 1U << 20U;

// What became of a parcel's lines once they are in the journal.
struct ParcelOutcome {
    struct BadLine {
        std::uint64_t line = 0;  // from 1, in the parcel
        RejectReason reason{};
    };
    static constexpr std::size_t most_bad_lines = 100;
    bool taken = true;  // false: the agent ended before it came to this
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    std::vector<BadLine> bad_lines;  // the first of them
};

struct Parcel {
    std::size_t listener = 0;
    std::string text;
    sockaddr_storage sender{};  // of a socket
    TimePoint arrived{};
    // Of a file: its name, and the place of the text's first byte in it.
    std::string file;
    std::optional<FilePlace> place;
    // Called once, by the intake thread.
    std::function<void(ParcelOutcome)> done;

    // Intake's: how far it has read, and what it has found.
    std::size_t read_up_to = 0;
    std::uint64_t lines_read = 0;
    ParcelOutcome outcome;
};

}  // namespace ordertrace
