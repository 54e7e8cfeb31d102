// What one listener with connections or files says of itself, for a scrape. Plain data; made and read on the delivery
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ordertrace {

struct ListenerNumbers {
    using ByWord = std::vector<std::pair<std::string_view, std::uint64_t>>;

    std::string listener;                      // as under `listen`: tcp 127.0.0.1:4747
    std::optional<std::uint64_t> connections;  // open now; none: it has no connections
    ByWord refused;                            // by reason
    ByWord files;                              // by outcome
};

}  // namespace ordertrace
