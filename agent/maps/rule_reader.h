// Reads one rule of a map file. Used inside this room only; stateless.
#pragma once

#include "maps/event_map.h"
#include "settings/map_reader.h"

namespace ordertrace {

// `map` has its format and columns; `rule` is the reader of the rule's own map.
MapRule read_rule(MapReader& rule, const EventMap& map);

}  // namespace ordertrace
