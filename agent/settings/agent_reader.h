// Reads the agent's settings from YAML: whole and valid, or every problem at once, each with its place.
// Blocking file access, no other side effects; called at start, by `check`, and on reload. Any one thread.
// Bounds: a file of 1 MiB, 16 listeners, 8 destinations; every number within the range its message names.
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "settings/agent_settings.h"
#include "settings/settings_problem.h"
#include "settings/variables.h"

namespace ordertrace {

using AgentSettingsOrProblems = tl::expected<AgentSettings, std::vector<SettingsProblem>>;

// Relative paths in the file are taken from its directory. Problems are in the order of the file.
AgentSettingsOrProblems read_agent_settings(const std::string& file, const EnvironmentLookup& lookup);

// The same for text that is at hand; `file` is what messages call it.
AgentSettingsOrProblems parse_agent_settings(std::string_view text, const std::string& file,
                                             const EnvironmentLookup& lookup);

// Keys that a file without problems leaves to their defaults: config/agent.yaml leaves none.
std::vector<std::string> absent_agent_keys(std::string_view text, const EnvironmentLookup& lookup);

}  // namespace ordertrace
