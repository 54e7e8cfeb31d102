// The settings the steps room obeys. Plain data; replaced as a whole on reload.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.h"

namespace ordertrace {

struct StepLimits {
    Duration overdue_after = std::chrono::minutes{15};
    Duration give_up_after = std::chrono::hours{24};
    friend bool operator==(const StepLimits&, const StepLimits&) = default;
};

struct StepRules {
    Duration marker_after = std::chrono::seconds{5};
    StepLimits limits;
    std::map<std::string, StepLimits, std::less<>> per_step;  // whole limits by step name, defaults filled in
    std::size_t max_open = 100'000;
    std::size_t max_open_bytes = 128U << 20U;      // half of journal.limit, not a setting of its own
    std::vector<std::string> linked_systems{"*"};  // globs
    bool origin = false;
    std::string origin_status = "CREATED";
    std::string host_name;
    friend bool operator==(const StepRules&, const StepRules&) = default;
};

}  // namespace ordertrace
