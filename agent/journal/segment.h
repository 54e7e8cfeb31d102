// One segment of the log as both threads see it. Made and filled by intake; linked into the chain when it is published;
// owned from then on by delivery, which frees it once it is sealed (has a successor), passed and gone from the disk.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/unique_fd.h"

namespace ordertrace {

struct Segment {
    std::uint64_t id = 0;
    std::uint64_t first_number = 0;
    std::uint64_t salt = 0;
    bool in_memory = false;
    UniqueFd memory;  // of a memory segment, for both threads; files are opened by each for itself

    std::uint64_t written = 0;  // intake's: bytes in the file, published or not

    // Bytes that are written and whole, header included. Stored by intake with release order.
    std::atomic<std::uint64_t> size{0};
    std::atomic<Segment*> next{nullptr};
    // Set before `next`, read after it.
    std::uint64_t last_number = 0;
    bool has_steps = false;

    bool damaged = false;  // delivery's: something in it could not be read
};

}  // namespace ordertrace
