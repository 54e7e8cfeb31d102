// Variables of the environment in values of a settings file: ${VAR}, ${VAR:-default}, ${VAR:?message}.
// They are replaced in single texts after the file was parsed, so that no value can change its structure.
// Pure but for process_environment. Any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "settings/settings_problem.h"

namespace ordertrace {

using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;

// The variables of this process, as they are when asked.
EnvironmentLookup process_environment();

// `${VAR:-x}` and `${VAR:?x}` treat an empty variable like a missing one, as a shell does. Unlike in a shell a missing
// `${VAR}` is a mistake, `${VAR:-}` says that it may be missing. `$${` stands for `${`.
Judged<std::string> replace_variables(std::string_view text, const EnvironmentLookup& lookup);

}  // namespace ordertrace
