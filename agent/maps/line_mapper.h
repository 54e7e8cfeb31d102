// Makes events of a line by a map. Pure: `now` is an argument. Any thread.
// Bounds: values are cut a little above the protocol's limits, so that the agent still sees that they were too long.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "maps/event_map.h"

namespace ordertrace {

// Why a line became no event.
enum class Skip : std::uint8_t {
    none,
    no_rule,     // none matches
    no_json,     // of json
    no_array,    // of json: nothing to look at at `each`
    header,      // of csv: the names of the columns
    no_order,    // the order is empty
    order_long,  // over 128 bytes: cut, it could be another order's
    incomplete,  // what the verb must have is empty
};
std::string_view name_of(Skip skip);

struct MappedEvent {
    std::string event;  // without a line feed at its end; empty: skipped
    Skip skip = Skip::none;
    std::size_t rule = 0;  // that matched, from 1; 0: none
};

// What the line becomes goes to `sink`: one, or with `each` one for each element, and they may be much more than the
// line. An event whose rule sets no time gets `now`.
void map_line(const EventMap& map, std::string_view line, TimePoint now,
              const std::function<void(MappedEvent mapped)>& sink);

}  // namespace ordertrace
