// Reads the board's settings from YAML, and the lifecycle file they name: whole and valid, or every problem at once,
// each with its place.
// Blocking file access, no other side effects; called at start and by `check`. Any one thread.
// Bounds: files of 1 MiB; every number within the range its message names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "orders/lifecycle.h"
#include "settings/board_settings.h"
#include "settings/settings_problem.h"
#include "settings/variables.h"

namespace ordertrace {

using BoardSettingsOrProblems = tl::expected<BoardSettings, std::vector<SettingsProblem>>;

// The settings alone. Relative paths are taken from the directory of `file`. Problems are in the order of the file.
BoardSettingsOrProblems parse_board_settings(std::string_view text, const std::string& file,
                                             const EnvironmentLookup& lookup);

// Keys that a file without problems leaves to their defaults: config/board.yaml leaves none.
std::vector<std::string> absent_board_keys(std::string_view text, const EnvironmentLookup& lookup);

struct BoardFiles {
    BoardSettings settings;
    Lifecycle lifecycle;
};

// Both files. The problems of the settings come first, then those of the lifecycle.
tl::expected<BoardFiles, std::vector<SettingsProblem>> read_board_files(const std::string& file,
                                                                        const EnvironmentLookup& lookup);

}  // namespace ordertrace
