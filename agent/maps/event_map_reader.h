// Reads a map file (proto/maps.md): whole and valid, or every problem at once, each with its place.
// Blocking file access, no other side effects. Any one thread.
// Bounds: a file of 1 MiB, 200 rules, 64 keys and 16 conditions a rule, 16 tables of 1,000 values, 200 columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "maps/event_map.h"
#include "settings/settings_problem.h"
#include "settings/variables.h"

namespace ordertrace {

using MapOrProblems = tl::expected<EventMap, std::vector<SettingsProblem>>;

// Problems are in the order of the file.
MapOrProblems read_event_map(const std::string& file, const EnvironmentLookup& lookup = process_environment());

// The same for text that is at hand; `file` is what messages call it.
MapOrProblems parse_event_map(std::string_view text, const std::string& file,
                              const EnvironmentLookup& lookup = process_environment());

}  // namespace ordertrace
