#include "cli/line_events.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "cli/line_splitter.h"
#include "emit/event_line.h"
#include "maps/event_map_reader.h"

using namespace ordertrace;
using Lines = std::vector<std::string>;

TEST_CASE("lines out of pieces") {
    LineSplitter splitter;
    Lines lines;
    const auto add = [&](std::string_view line) { lines.emplace_back(line); };
    for (const auto* piece : {"on", "e\n", "\ntwo\nthr", "ee"}) splitter.push(piece, add);
    CHECK(lines == Lines{"one", "", "two"});
    splitter.finish(add);
    CHECK(lines == Lines{"one", "", "two", "three"});
    splitter.finish(add);
    CHECK(lines.size() == 4);
}

TEST_CASE("a line that is too long is left out as a whole") {
    LineSplitter splitter;
    Lines lines;
    const auto add = [&](std::string_view line) { lines.emplace_back(line); };
    splitter.push("one\n" + std::string(LineSplitter::longest_line, 'x'), add);
    splitter.push("x", add);
    splitter.push("x\ntwo\n", add);
    CHECK(lines == Lines{"one", "two"});
    CHECK(splitter.too_long() == 1);
}

TEST_CASE("without a map a line without the marker belongs to the event above it") {
    LineEvents events{nullptr};
    for (const auto* line :
         {"at first()", "ord1 note 7 :Error", "  at a", "", "ord2 x", "{\"ev\":\"beat\"}", "[", "<5>x"})
        events.add(line, {});
    events.add(std::string(1'000'001, 'x'), {});
    CHECK(events.read() == 9);
    CHECK(events.skipped() == 2);
    CHECK(events.take() ==
          Lines{"at first()", "ord1 note 7 :Error\n  at a", "ord2 x", "{\"ev\":\"beat\"}", "[", "<5>x"});
    CHECK(events.take().empty());
}

TEST_CASE("what is more than half of what an agent takes goes out by itself") {
    std::size_t out = 0;
    LineEvents events{nullptr, [&](const Lines& lines) { out += lines.size(); }};
    const auto note = "ord1 note 7 :" + std::string(32'768, 'x');
    for (int i = 0; i < 16; ++i) events.add(note, {});
    CHECK(out == 0);
    events.add(note, {});
    CHECK(out == 16);
    CHECK(events.take() == Lines{note});
    events.flush();
    CHECK(out == 16);
}

TEST_CASE("also what is all of one line") {
    const auto map = parse_event_map(R"(
version: 1
format: json
each: /rows
rules:
  - event: status
    order: "{/id}"
    set: {st: CUT, _text: "{/text}"}
)",
                                     "map");
    REQUIRE(map);
    std::size_t out = 0;
    std::size_t most = 0;
    LineEvents events{&*map, [&](const Lines& lines) {
                          out += lines.size();
                          std::size_t bytes = 0;
                          for (const auto& line : lines) bytes += line.size();
                          most = std::max(most, bytes);
                      }};
    std::string line = "{\"text\":\"" + std::string(900, 'y') + "\",\"rows\":[{\"id\":0}";
    for (int id = 1; id < 5000; ++id) line += ",{\"id\":" + std::to_string(id) + '}';
    events.add(line + "]}", {});
    events.flush();
    CHECK(out == 5000);
    CHECK(most < 513 * 1024);
    CHECK(events.skipped() == 0);
}

TEST_CASE("what may be an event of its own") {
    for (const auto* line : {"ord1 x", "  ORD2", "ordinary", "{", "[", "<", "\xEF\xBB\xBFord1"})
        CHECK(claims_to_be_event(line));
    for (const auto* line : {"", " ", "at ord1", "or"}) CHECK_FALSE(claims_to_be_event(line));
}
