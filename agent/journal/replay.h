// What a start finds in the journal's directory, and what follows for the balance.
// Used once by Journal::replay on the intake thread, before delivery begins.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "journal/journal_shared.h"
#include "journal/record.h"

namespace ordertrace {

struct Settled {
    std::uint64_t next_segment = 1;
    // To be written into the log again: their reason is known now and not at the next start.
    std::vector<LostRecord> lost;
};

// Reads every segment of earlier runs, hands them to delivery, cuts torn tails, and books in `state` and in delivery's
// positions what the log and the state page have apart from each other. `is_new`: destinations without a position.
Settled settle(JournalShared& shared, const std::vector<bool>& is_new, IntakeState& state);

// Visits the step records of the segments settle has handed over, in order.
void visit_steps(JournalShared& shared,
                 const std::function<void(std::uint8_t, std::string_view, std::uint64_t)>& visit);

}  // namespace ordertrace
