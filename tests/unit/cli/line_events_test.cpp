#include "cli/line_events.h"

#include <catch2/catch.hpp>

#include "cli/line_splitter.h"
#include "emit/event_line.h"

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

TEST_CASE("it is full after half of what an agent takes") {
    LineEvents events{nullptr};
    CHECK_FALSE(events.full());
    for (int i = 0; i < 16; ++i) events.add("ord1 note 7 :" + std::string(32'768, 'x'), {});
    CHECK(events.full());
    events.take();
    CHECK_FALSE(events.full());
}

TEST_CASE("what may be an event of its own") {
    for (const auto* line : {"ord1 x", "  ORD2", "ordinary", "{", "[", "<", "\xEF\xBB\xBFord1"})
        CHECK(claims_to_be_event(line));
    for (const auto* line : {"", " ", "at ord1", "or"}) CHECK_FALSE(claims_to_be_event(line));
}
