// The words of `res`. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "steps/event.h"

namespace ordertrace {

inline constexpr std::int64_t first_failing_code = 500;  // of `code`, as in HTTP

// Case-insensitive; nothing for a word that is none of ours.
std::optional<StepResult> find_result(std::string_view word);

}  // namespace ordertrace
