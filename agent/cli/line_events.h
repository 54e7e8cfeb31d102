// Makes events of the lines a command reads: by a map, or they are events as they are. Owned by one command; one
// thread. Bound: what is collected goes out after 512 KiB, half of what an agent takes at once, also when it is all of
// one line.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "maps/event_map.h"

namespace ordertrace {

class LineEvents {
public:
    using Outlet = std::function<void(std::vector<std::string> events)>;

    // Without a map lines are protocol lines or JSON; one without a marker continues the event above it. The map
    // outlives it. Without an outlet nothing goes out by itself.
    explicit LineEvents(const EventMap* map, Outlet outlet = {}) : map_{map}, outlet_{std::move(outlet)} {}

    void add(std::string_view line, TimePoint now);
    // Gives the outlet what was collected.
    void flush();
    // What was collected, each event once.
    std::vector<std::string> take();

    std::size_t read() const { return read_; }
    std::size_t skipped() const { return skipped_; }  // lines that became no event

private:
    static constexpr std::size_t most_bytes = 512U << 10U;

    void add_mapped(std::string_view line, TimePoint now);
    void add_as_it_is(std::string_view line);
    void collect(std::string event);

    const EventMap* map_;
    Outlet outlet_;
    std::vector<std::string> events_;
    std::size_t bytes_ = 0;
    std::size_t read_ = 0;
    std::size_t skipped_ = 0;
};

}  // namespace ordertrace
