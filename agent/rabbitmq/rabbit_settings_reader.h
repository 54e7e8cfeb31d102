// Reads the settings of ordertrace-rabbitmq from YAML: whole and valid, or every problem at once, each with its place.
// Blocking file access, no other side effects; called at start and by `check`. Any one thread.
// Bounds: a file of 1 MiB; every number within the range its message names; 200 edges.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "rabbitmq/rabbit_settings.h"
#include "settings/settings_problem.h"
#include "settings/variables.h"

namespace ordertrace {

using RabbitSettingsOrProblems = tl::expected<RabbitSettings, std::vector<SettingsProblem>>;

// Relative paths are taken from the directory of `file`. Problems are in the order of the file.
RabbitSettingsOrProblems parse_rabbit_settings(std::string_view text, const std::string& file,
                                               const EnvironmentLookup& lookup);
RabbitSettingsOrProblems read_rabbit_settings(const std::string& file, const EnvironmentLookup& lookup);

// Keys that a file without problems leaves to their defaults: config/rabbitmq.yaml leaves none.
std::vector<std::string> absent_rabbit_keys(std::string_view text, const EnvironmentLookup& lookup);

// `show-config`: YAML that reads back to equal settings. No password is in it, only the path of its file.
std::string show_config(const RabbitSettings& settings);

}  // namespace ordertrace
