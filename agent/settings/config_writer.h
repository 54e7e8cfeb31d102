// A tree of settings as YAML, for show-config and for the lines of a reload.
// Pure functions over values the caller owns. Any thread.
#pragma once

#include <string>
#include <vector>

#include "settings/config_node.h"

namespace ordertrace {

ConfigNode config_text(std::string text);
ConfigNode config_bare(std::string text);  // a number, a truth value, a duration, a size: never quoted
ConfigNode config_list(const std::vector<std::string>& texts);
ConfigNode config_map(std::vector<ConfigEntry> entries);
ConfigEntry config_entry(std::string key, ConfigNode value);

// YAML that parse_config reads back to the same tree, but for places. `${` is written `$${`: what is shown is
// final, no variable is replaced in it.
std::string to_yaml(const ConfigNode& map);

// One value on one line: text, [a, b].
std::string to_yaml_line(const ConfigNode& node);

}  // namespace ordertrace
