// The journal's directory: made, locked, and the state file in it. Used by intake at the start, and again while the log
// is in memory.
#pragma once

#include <string>

#include "base/result.h"
#include "journal/journal_shared.h"

namespace ordertrace {

enum class Lock : std::uint8_t { taken, held_by_other, impossible };

// Makes the directory if need be and takes the lock in it. `impossible` is noted as shared.trouble.
Lock lock_directory(JournalShared& shared);
// For a person: names the process that holds the lock.
std::string lock_message(JournalShared& shared);

// Fills the pages with what the state file holds, if it can be read.
void read_state(JournalShared& shared);
// Makes the state file and moves the pages into it; delivery's too, if delivery has not begun.
bool attach_state(JournalShared& shared, bool delivery_too);

// True if the directory holds anything of a journal.
bool holds_a_journal(JournalShared& shared);

}  // namespace ordertrace
