#include "cli/line_events.h"

#include <utility>

#include "emit/event_line.h"
#include "maps/line_mapper.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_of_event = 60'000;    // with the lines that continue it: one datagram
constexpr std::size_t most_of_line = 1'000'000;  // what an agent takes at once

}  // namespace

void LineEvents::add(std::string_view line, TimePoint now) {
    ++read_;
    if (map_ != nullptr)
        add_mapped(line, now);
    else
        add_as_it_is(line);
}

void LineEvents::add_mapped(std::string_view line, TimePoint now) {
    bool any = false;
    for (auto& mapped : map_line(*map_, line, now)) {
        if (mapped.event.empty()) continue;
        any = true;
        bytes_ += mapped.event.size() + 1;
        events_.push_back(std::move(mapped.event));
    }
    if (!any) ++skipped_;
}

void LineEvents::add_as_it_is(std::string_view line) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos || line.size() > most_of_line) {
        ++skipped_;
        return;
    }
    bytes_ += line.size() + 1;
    const bool continues = !claims_to_be_event(line) && !events_.empty();
    if (continues && events_.back().size() + line.size() < most_of_event)
        (events_.back() += '\n') += line;
    else
        events_.emplace_back(line);
}

std::vector<std::string> LineEvents::take() {
    bytes_ = 0;
    return std::exchange(events_, {});
}

}  // namespace ordertrace
