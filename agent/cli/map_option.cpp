#include "cli/map_option.h"

#include <ostream>

#include "maps/event_map_reader.h"

namespace ordertrace {

std::optional<EventMap> read_map_option(const std::string& file, std::ostream& errors) {
    auto map = read_event_map(file);
    if (map) return std::move(*map);
    for (const auto& problem : map.error()) errors << to_string(problem) << '\n';
    return std::nullopt;
}

}  // namespace ordertrace
