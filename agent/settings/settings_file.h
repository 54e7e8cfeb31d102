// What the readers of all settings files share: a file's text, its tree, its problems in order.
// Blocking file access, no other side effects. Any one thread. Bounds: 1 MiB of text.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "settings/map_reader.h"
#include "settings/settings_problem.h"

namespace ordertrace {

// One byte more than 1 MiB of a larger file, so that who parses it sees the excess.
tl::expected<std::string, SettingsProblem> read_settings_text(const std::string& file);

// Reads the map that the text is by `root`. Problems and absent keys are in `context` then, the problems in the order
// of the file. `least`: what to write into an empty file.
void read_settings_tree(std::string_view text, ReadContext& context, const std::string& least,
                        const MapReader::Section& root);

}  // namespace ordertrace
