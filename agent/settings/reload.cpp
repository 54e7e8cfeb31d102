#include "settings/reload.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "settings/config_writer.h"
#include "settings/settings_tree.h"

namespace ordertrace {
namespace {

using Leaf = std::pair<std::string, std::string>;  // path, value on one line
using Leaves = std::vector<Leaf>;

constexpr std::string_view not_set = "(not set)";

// Items of `export` go by their name, those of other lists by their number.
std::string item_path(const std::string& path, const ConfigNode& item, std::size_t number) {
    if (path == "export") return path + "." + item.entries.front().value.text;
    return path + "[" + std::to_string(number) + "]";
}

void collect(const ConfigNode& node, const std::string& path, Leaves& leaves) {
    const bool maps = !node.items.empty() && node.items.front().kind == ConfigNode::Kind::map;
    if (node.kind == ConfigNode::Kind::map) {
        for (const auto& entry : node.entries)
            collect(entry.value, path.empty() ? entry.key : path + "." + entry.key, leaves);
    } else if (maps) {
        for (std::size_t i = 0; i < node.items.size(); ++i)
            collect(node.items[i], item_path(path, node.items[i], i), leaves);
    } else {
        leaves.emplace_back(path, to_yaml_line(node));
    }
}

Leaves leaves_of(const AgentSettings& settings) {
    Leaves leaves;
    collect(settings_tree(settings), "", leaves);
    return leaves;
}

std::string value_at(const Leaves& leaves, const std::string& path) {
    const auto leaf = std::find_if(leaves.begin(), leaves.end(), [&](const Leaf& one) { return one.first == path; });
    return leaf == leaves.end() ? std::string{not_set} : leaf->second;
}

// One line for each leaf that is not the same, in the order of the file, then what only `before` has.
std::vector<std::string> differences(const AgentSettings& before, const AgentSettings& after) {
    const auto old_leaves = leaves_of(before);
    const auto new_leaves = leaves_of(after);
    std::vector<std::string> lines;
    for (const auto& [path, value] : new_leaves) {
        const auto old_value = value_at(old_leaves, path);
        if (old_value != value) lines.push_back(path + ": " + old_value + " -> " + value);
    }
    for (const auto& [path, value] : old_leaves)
        if (value_at(new_leaves, path) == not_set) lines.push_back(path + ": " + value + " -> " + std::string{not_set});
    return lines;
}

std::string names_of(const std::vector<DestinationSettings>& destinations) {
    std::vector<std::string> names;
    for (const auto& destination : destinations) names.push_back(destination.name);
    std::sort(names.begin(), names.end());  // their order means nothing
    return to_yaml_line(config_list(names));
}

// The running destinations, each with what is wanted for its name.
std::vector<DestinationSettings> same_destinations(const AgentSettings& running, const AgentSettings& wanted) {
    auto destinations = running.destinations;
    for (auto& destination : destinations)
        for (const auto& other : wanted.destinations)
            if (other.name == destination.name) destination = other;
    return destinations;
}

}  // namespace

Reload plan_reload(const AgentSettings& running, const AgentSettings& wanted) {
    Reload reload;
    auto& next = reload.in_force;
    next = wanted;
    next.system = running.system;
    next.name_space = running.name_space;
    next.listen = running.listen;
    next.journal = running.journal;
    next.steps.max_open_bytes = running.steps.max_open_bytes;  // follows the journal's limit
    next.steps.host_name = running.steps.host_name;            // not from the file
    next.admin = running.admin;
    next.log.format = running.log.format;
    next.destinations = same_destinations(running, wanted);
    reload.applied = differences(running, next);

    auto fixed = wanted;  // but for the fixed parts as it will be
    fixed.destinations = next.destinations;
    reload.needs_restart = differences(next, fixed);
    if (names_of(running.destinations) != names_of(wanted.destinations))
        reload.needs_restart.push_back("export: " + names_of(running.destinations) + " -> " +
                                       names_of(wanted.destinations));
    return reload;
}

}  // namespace ordertrace
