// Makes events of the lines a command reads: by a map, or they are events as they are. Owned by one command; one
// thread. Bound: what is collected goes out when it is `full`, after 512 KiB, half of what an agent takes at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "maps/event_map.h"

namespace ordertrace {

class LineEvents {
public:
    // Without a map lines are protocol lines or JSON; one without a marker continues the event above it. The map
    // outlives it.
    explicit LineEvents(const EventMap* map) : map_{map} {}

    void add(std::string_view line, TimePoint now);
    bool full() const { return bytes_ >= most_bytes; }
    // What was collected, each event once.
    std::vector<std::string> take();

    std::size_t read() const { return read_; }
    std::size_t skipped() const { return skipped_; }  // lines that became no event

private:
    static constexpr std::size_t most_bytes = 512U << 10U;

    void add_mapped(std::string_view line, TimePoint now);
    void add_as_it_is(std::string_view line);

    const EventMap* map_;
    std::vector<std::string> events_;
    std::size_t bytes_ = 0;
    std::size_t read_ = 0;
    std::size_t skipped_ = 0;
};

}  // namespace ordertrace
