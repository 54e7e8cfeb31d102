#include "cli/line_events.h"

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
    map_line(*map_, line, now, [&](MappedEvent mapped) {
        if (mapped.event.empty()) return;
        any = true;
        collect(std::move(mapped.event));
    });
    if (!any) ++skipped_;
}

void LineEvents::add_as_it_is(std::string_view line) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos || line.size() > most_of_line) {
        ++skipped_;
        return;
    }
    const bool continues = !claims_to_be_event(line) && !events_.empty();
    if (continues && events_.back().size() + line.size() < most_of_event) {
        (events_.back() += '\n') += line;
        bytes_ += line.size() + 1;
    } else {
        collect(std::string{line});
    }
}

void LineEvents::collect(std::string event) {
    if (bytes_ >= most_bytes) flush();
    bytes_ += event.size() + 1;
    events_.push_back(std::move(event));
}

void LineEvents::flush() {
    if (outlet_ && !events_.empty()) outlet_(take());
}

std::vector<std::string> LineEvents::take() {
    bytes_ = 0;
    return std::exchange(events_, {});
}

}  // namespace ordertrace
