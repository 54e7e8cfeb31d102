#include "maps/line_mapper.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "intake/event_reader.h"
#include "maps/csv_cells.h"
#include "maps/event_map_reader.h"
#include "maps/json_path.h"

using namespace ordertrace;

namespace {

const TimePoint now = from_micros(1'795'305'600'000'000);

EventMap map_of(const std::string& text) {
    auto map = parse_event_map(text, "map");
    REQUIRE(map);
    return std::move(*map);
}

std::vector<MappedEvent> all_of(const EventMap& map, const std::string& line) {
    std::vector<MappedEvent> all;
    map_line(map, line, now, [&](MappedEvent mapped) { all.push_back(std::move(mapped)); });
    return all;
}

// What an agent reads of it.
struct Seen : EventSink {
    int events = 0;
    int rejects = 0;
    std::string order;
    std::string status;
    bool truncated = false;

    void event(const Event& event) override {
        ++events;
        order = event.order;
        status = event.name;
        for (const auto& remark : event.remarks) truncated = truncated || remark.key == "event.truncated";
    }
    void reject(const Reject&) override { ++rejects; }
};

Seen seen_of(const std::string& line) {
    EventReader reader{ListenerSettings{}, OrderSettings{}, AttributeSettings{}, "mes", "shop"};
    Seen seen;
    reader.read(line, now, seen);
    return seen;
}

const std::string status_map = R"(
version: 1
format: text
rules:
  - match: '(?s)^order=(?P<order>[^|]*)\|(?P<st>[^|]*)\|(?P<who>[^|]*)\|(?P<note>.*)$'
    event: status
    order: "{order}"
    set: {st: "{st}", _who: "{who}"}
    note: "{note}"
)";

}  // namespace

TEST_CASE("whatever a line holds, it becomes one event of its order, or none") {
    const auto map = map_of(status_map);
    const auto text = rc::gen::container<std::string>(rc::gen::oneOf(
        rc::gen::inRange<char>(' ', '{'), rc::gen::element<char>('"', '\\', '=', ':', '\t', '{', '[', '<', '-', 'x',
                                                                 '\xD0', '\x9F', '\x01', '\r', '\n')));
    CHECK(rc::check([&] {
        const auto status = *rc::gen::suchThat(text, [](const auto& t) { return t.find('|') == std::string::npos; });
        const auto who = *rc::gen::suchThat(text, [](const auto& t) { return t.find('|') == std::string::npos; });
        const auto events = all_of(map, "order=10042|" + status + "|" + who + "|" + *text);
        RC_ASSERT(events.size() == 1U);
        if (events[0].event.empty()) return;
        const auto seen = seen_of(events[0].event);
        RC_ASSERT(seen.events == 1);
        RC_ASSERT(seen.rejects == 0);
        RC_ASSERT(seen.order == "10042");
    }));
}

TEST_CASE("an order id is never cut, and what is cut of other values is said by the agent") {
    const auto map = map_of(status_map);
    const auto event = [&](const std::string& order, const std::string& who, const std::string& note) {
        return all_of(map, "order=" + order + "|A|" + who + "|" + note).at(0);
    };
    CHECK(event(std::string(128, '7'), "", "").skip == Skip::none);
    CHECK(event(std::string(129, '7'), "", "").skip == Skip::order_long);
    CHECK_FALSE(seen_of(event("7", std::string(1024, 'x'), "").event).truncated);
    const auto long_value = event("7", std::string(1'000'000, 'x'), "").event;
    CHECK(long_value.size() < 1200);
    CHECK(seen_of(long_value).truncated);
    const auto long_note = event("7", "", std::string(1'000'000, 'x')).event;
    CHECK(long_note.size() < 4300);
    CHECK(seen_of(long_note).truncated);
}

TEST_CASE("a line in an older charset is matched by its bytes") {
    const auto map = map_of(status_map);
    const auto event = all_of(map, "order=\xC7\xCA-77|A||\xF1\xF0\xEE\xEA").at(0).event;
    CHECK(event == "ord1 status \xC7\xCA-77 st=A t=1795305600000000 :\xF1\xF0\xEE\xEA");
    CHECK(seen_of(event).order == "ЗК-77");
}

TEST_CASE("padding around a line says nothing") {
    const auto map = map_of(status_map);
    const std::string line = "order=7|A||";
    const auto want = all_of(map, line).at(0).event;
    CHECK_FALSE(want.empty());
    for (const auto& padded : {line + "\r", std::string(5000, '\0') + line, "\xEF\xBB\xBF" + line})
        CHECK(all_of(map, padded).at(0).event == want);
}

TEST_CASE("cells of a line") {
    struct Row {
        const char* name;
        std::string_view line;
        std::vector<std::string> want;
    };
    auto row = GENERATE(values<Row>({{"nothing", "", {""}},
                                     {"empty cells", ",", {"", ""}},
                                     {"plain", "a,b c,d", {"a", "b c", "d"}},
                                     {"quotes", R"("a,b","say ""hi""",c)", {"a,b", "say \"hi\"", "c"}},
                                     {"behind a quote", R"("a"b,c)", {"ab", "c"}},
                                     {"an unclosed quote", R"(a,"b,c)", {"a", "b,c"}},
                                     {"a quote inside", R"(a"b,c)", {"a\"b", "c"}}}));
    CAPTURE(row.name);
    CHECK(csv_cells(row.line, ',') == row.want);
}

TEST_CASE("a line of CSV has a bound") { CHECK(csv_cells(std::string(5000, ','), ',').size() == 1000); }
