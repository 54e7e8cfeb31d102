// Reads one JSON object into a RawEvent: the same keys as a line, user attributes under `a`. Numbers are read from
// their text later, so nothing is lost in between. Pure; Boost.JSON's SAX parser, no DOM.
// Bounds: 32 levels of nesting; those of RawEvent.
#pragma once

#include <tl/expected.hpp>

#include "intake/line_reader.h"
#include "intake/raw_event.h"
#include "intake/text_arena.h"

namespace ordertrace {

// `text` is one element as JsonElements cuts it. The reasons are json and version; the rest is for who builds the
// event: verb and order are empty where they are missing or of the wrong type.
tl::expected<void, LineProblem> read_json(std::string_view text, RawEvent& event, TextArena& arena);

}  // namespace ordertrace
