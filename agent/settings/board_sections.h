// The parts of the board's settings that have a reader of their own. Used inside this room only; stateless.
#pragma once

#include "settings/board_settings.h"
#include "settings/map_reader.h"

namespace ordertrace {

// `store`: one of its kinds, or SQLite with its defaults.
void read_store(MapReader& root, StoreSettings& store);

}  // namespace ordertrace
