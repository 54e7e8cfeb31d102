// Ranges of numbers that are not in the log although they were given, each with its reason. Pure.
// Owned by the delivery thread. Adjacent ranges of one reason are one; what all destinations have passed is forgotten.
#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "base/balance.h"

namespace ordertrace {

using Losses = std::array<std::uint64_t, drop_reason_count>;

class GapTable {
public:
    // Numbers that are already in the table keep the reason they have.
    void add(std::uint64_t first, std::uint64_t last, DropReason reason);
    // Adds first..last to `losses`, by the table, and by `otherwise` what the table does not know.
    void account(std::uint64_t first, std::uint64_t last, DropReason otherwise, Losses& losses) const;
    void forget_up_to(std::uint64_t number);

private:
    struct Range {
        std::uint64_t last;
        DropReason reason;
    };
    // Calls visit(first, last, range or nullptr) for the stretches first..last falls into.
    template <class Visit>
    void split(std::uint64_t first, std::uint64_t last, Visit visit) const;

    std::map<std::uint64_t, Range> ranges_;  // by first number, never overlapping
};

}  // namespace ordertrace
