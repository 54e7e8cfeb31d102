// A line of somebody's log, by a map of each format: each event is one datagram that an agent reads as one event of
// the rule's, or rejects; nothing in the line makes it another system's or another verb.
#include "maps/line_mapper.h"

#include <cstddef>

#include "intake/event_reader.h"
#include "maps/event_map_reader.h"
#include "support/fuzz.h"

namespace {

using namespace ordertrace;

constexpr auto now = from_micros(1'795'305'600'000'000);

constexpr const char* text_map = R"(
version: 1
format: text
rules:
  - match: '(?s)^(?P<order>[^|]*)\|(?P<st>[^|]*)\|(?P<who>[^|]*)\|(?P<note>.*)$'
    event: status
    order: "{order}"
    set: {st: "{st}", _who: "{who}"}
    note: "{note}"
)";

constexpr const char* json_map = R"(
version: 1
format: json
each: /rows
rules:
  - order: "{/id}"
    event: status
    differ: ["{/old}", "{/st}"]
    set: {st: "{/st}", _who: "{/who/name}"}
    note: "was {/old}"
)";

constexpr const char* csv_map = R"(
version: 1
format: csv
columns: [id, st, who]
separator: ";"
rules:
  - when: {st: '\w+'}
    event: status
    order: "{id}"
    set: {st: "{st}", _who: "{who}"}
)";

EventMap map_of(const char* text) {
    auto map = parse_event_map(text, "map");
    require(map);
    return std::move(*map);
}

struct Rules : EventSink {
    void event(const Event& event) override {
        ++calls;
        require(event.verb == Verb::status);
        require(event.system == "mes" && event.name_space == "shop");
        require(!event.order.empty() && !event.has_start);
    }
    void reject(const Reject&) override { ++calls; }
    int calls = 0;
};

void read_by_the_rules(const std::string& datagram) {
    static EventReader reader{ListenerSettings{}, OrderSettings{}, AttributeSettings{}, "mes", "shop"};
    Rules rules;
    reader.read(datagram, now, rules);
    require(rules.calls == 1);
}

}  // namespace

FUZZ_TARGET(map_line) {
    if (input.size() > 65'507) return;
    static const EventMap maps[] = {map_of(text_map), map_of(json_map), map_of(csv_map)};
    for (const auto& map : maps)
        map_line(map, input, now, [](const MappedEvent& made) {
            require(made.event.empty() == (made.skip != Skip::none));
            if (!made.event.empty()) read_by_the_rules(made.event);
        });
}
