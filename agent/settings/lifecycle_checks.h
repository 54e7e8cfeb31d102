// What cannot be right about the stages of a lifecycle file although each value is: each stage by itself, and the way
// through all of them. Used by lifecycle_reader only; stateless.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orders/lifecycle.h"
#include "settings/map_reader.h"

namespace ordertrace {

// What may follow each stage, as far as the file can be understood: a name with a slip of the finger counts as the one
// that was meant, so that one mistake does not cut off all stages behind it.
using StageGraph = std::map<std::string, std::vector<std::string>>;

// `map` holds the stage.
void check_limits(MapReader& map, const Stage& stage);
void check_end(MapReader& map, const Stage& stage);

// `root` holds `stages`; the first is where orders begin.
void check_paths(MapReader& root, const std::vector<Stage>& stages, const StageGraph& graph);

}  // namespace ordertrace
