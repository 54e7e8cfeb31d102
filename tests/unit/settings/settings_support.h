// What the tests of the settings room share: files of the source tree and an environment of their own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "settings/settings_problem.h"

namespace ordertrace::test {

// PRESENT=here, EMPTY is empty, STRUCTURE holds YAML; nothing else is set.
std::optional<std::string> test_environment(const std::string& name);

std::string read_file(const std::string& path);

// The *.yaml below tests/settings/<folder>, sorted; at least one.
std::vector<std::string> settings_files(const std::string& folder);

std::string lines(const std::vector<SettingsProblem>& problems);

}  // namespace ordertrace::test
