// Reads one line `ord1 VERB ORDER key=value … :free text` into a RawEvent. Pure, no allocation.
#pragma once

#include <tl/expected.hpp>

#include "base/balance.h"
#include "intake/raw_event.h"
#include "intake/text_arena.h"

namespace ordertrace {

// Why a line is no event, and where in it the eye should look.
struct LineProblem {
    RejectReason reason;
    std::size_t offset;
};

// True for a first word that begins with `ord`: such a line is an event or a reject, never the rest of a note.
bool claims_marker(std::string_view line);

// `line` begins with its marker, blanks before it allowed. The verb is left as written, the order not normalised;
// order is "-" where the line says so (for `beat`).
tl::expected<void, LineProblem> read_line(std::string_view line, RawEvent& event, TextArena& arena);

}  // namespace ordertrace
