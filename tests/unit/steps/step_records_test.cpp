#include "steps/step_records.h"

#include <catch2/catch.hpp>

#include "unit/steps/step_fakes.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

// One record of each kind, as a life full of everything writes them.
std::vector<KeepingSink::Record> some_records() {
    Room room;
    auto start = event_of(Verb::start, "cut");
    start.step_id = "op-7";
    start.note = "begun";
    start.trace_parent = TraceParent{{1, 2}, SpanId{3}, "00-a"};
    for (const auto& tag : {Tag::of_text("panel", "P1"), Tag::of_real("weight", 1.5), Tag::of_integer("n", 7),
                            Tag::of_boolean("urgent", true)})
        start.attributes.push_back(tag);
    room.apply(start);
    auto note = event_of(Verb::note, "saw is hot");
    note.attributes.push_back(Tag::of_integer("celsius", 90));
    room.apply(note);
    room.tick(t0 + std::chrono::seconds{6});
    room.steps.rewrite_below(2);
    auto end = event_of(Verb::end, "cut", t0 + std::chrono::seconds{7});
    end.step_id = "op-7";
    room.apply(end);
    return room.sink.records;
}

}  // namespace

TEST_CASE("a life is opened, noted, marked, rewritten whole, closed") {
    const auto records = some_records();
    REQUIRE(records.size() == 5);
    CHECK(records[0].kind == StepRecord::opened);
    CHECK(records[1].kind == StepRecord::noted);
    CHECK(records[2].kind == StepRecord::marked);
    CHECK(records[3].kind == StepRecord::opened);
    CHECK(records[4].kind == StepRecord::closed);
    const auto rewritten = decode_opened(records[3].bytes);
    REQUIRE(rewritten);
    CHECK(rewritten->marks == marked_started);
    CHECK_FALSE(rewritten->notes.empty());
    const auto closed = decode_closed(records[4].bytes);
    REQUIRE(closed);
    CHECK(closed->how == ClosedHow::ended);
    CHECK(closed->time == t0 + std::chrono::seconds{7});
    CHECK(decode_marked(records[2].bytes)->span == closed->span);
    CHECK(decode_noted(records[1].bytes)->key == closed->key);
}

TEST_CASE("a record cut anywhere is refused and harmless") {
    for (const auto& record : some_records()) {
        for (std::size_t size = 0; size < record.bytes.size(); ++size) {
            CAPTURE(static_cast<int>(record.kind), size);
            Room room;
            // Cut between notes an `opened` record is whole, with fewer notes; nothing else may pass.
            const bool taken = room.steps.replay(record.kind, std::string_view{record.bytes}.substr(0, size), 1);
            if (taken) CHECK(record.kind == StepRecord::opened);
            CHECK(room.steps.open_steps() == (taken ? 1 : 0));
        }
    }
}

TEST_CASE("a record with any byte changed is harmless") {
    for (const auto& record : some_records()) {
        for (std::size_t at = 0; at < record.bytes.size(); ++at) {
            for (const char byte : {'\0', '\x7F', '\xFF'}) {
                auto bytes = record.bytes;
                bytes[at] = byte;
                Room room;
                room.steps.replay(record.kind, bytes, 1);
                room.tick(t0 + std::chrono::hours{48});
                CHECK(room.sink.spans.size() <= 3);
            }
        }
    }
}

TEST_CASE("records of unknown kinds and versions are refused") {
    for (auto record : some_records()) {
        Room room;
        CHECK_FALSE(room.steps.replay(static_cast<StepRecord>(9), record.bytes, 1));
        record.bytes[0] = 2;
        CHECK_FALSE(room.steps.replay(record.kind, record.bytes, 1));
        CHECK_FALSE(room.steps.replay(record.kind, {}, 1));
    }
}

TEST_CASE("a time that no limit could be added to is refused") {
    Room room;
    room.apply(event_of(Verb::start, "cut"));
    auto record = decode_opened(room.sink.records.at(0).bytes).value();
    StepStart start;
    REQUIRE(decode(record.start, start));
    start.start = TimePoint::max();
    std::string bytes;
    encode(start, bytes);
    CHECK_FALSE(decode(bytes, start));
}
