// A settings file as a tree of texts, each with its place.
// Plain values, owned by whoever reads the file. Bounds: 1 MiB of text, 20,000 nodes.
// config_node.cpp is the only file that sees yaml-cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "settings/settings_problem.h"

namespace ordertrace {

struct Place {
    int line = 0;  // from 1
    int column = 0;
};

struct ConfigEntry;

struct ConfigNode {
    enum class Kind { nothing, text, list, map };
    Kind kind = Kind::nothing;
    Place place;
    std::string text;                  // kind text; whether it was quoted in a file says nothing
    bool bare = false;                 // kind text, only for writing: it needs no quotes
    std::vector<ConfigNode> items;     // kind list
    std::vector<ConfigEntry> entries;  // kind map, in the file's order, duplicates included
};

struct ConfigEntry {
    std::string key;
    Place place;
    ConfigNode value;
};

// One YAML document. The problem it may have carries no file name and no key.
tl::expected<ConfigNode, SettingsProblem> parse_config(std::string_view text);

}  // namespace ordertrace
