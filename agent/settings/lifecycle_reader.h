// Reads the lifecycle file: whole and valid, or every problem at once, each with its place.
// Blocking file access, no other side effects. Any one thread.
// Bounds: a file of 1 MiB, 200 stages, 200 systems, 32 entries a list; limits of 1 s to 10 years.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "orders/lifecycle.h"
#include "settings/settings_problem.h"
#include "settings/variables.h"

namespace ordertrace {

using LifecycleOrProblems = tl::expected<Lifecycle, std::vector<SettingsProblem>>;

// Problems are in the order of the file.
LifecycleOrProblems read_lifecycle(const std::string& file, const EnvironmentLookup& lookup = process_environment());

// The same for text that is at hand; `file` is what messages call it.
LifecycleOrProblems parse_lifecycle(std::string_view text, const std::string& file,
                                    const EnvironmentLookup& lookup = process_environment());

}  // namespace ordertrace
