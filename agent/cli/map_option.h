// The map file that a command was given. Stateless.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "maps/event_map.h"

namespace ordertrace {

// Nothing if it is not whole and valid: its problems are on `errors` then, a line each.
std::optional<EventMap> read_map_option(const std::string& file, std::ostream& errors);

}  // namespace ordertrace
