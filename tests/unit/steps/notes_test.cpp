#include <catch2/catch.hpp>

#include "unit/steps/step_fakes.h"

using namespace ordertrace;
using namespace ordertrace::test;
using Texts = std::vector<std::string>;

namespace {

Event step(Verb verb, std::string_view name, std::string_view id = {}, std::string_view system = "mes") {
    auto event = event_of(verb, name);
    event.step_id = id;
    event.system = system;
    return event;
}

Event note_on(std::string_view words, std::string_view name = {}, std::string_view id = {}) {
    auto event = event_of(Verb::note, words, t0 + Duration{7});
    event.name = name;
    event.step_id = id;
    return event;
}

}  // namespace

TEST_CASE("a note is a log on the order's only open step") {
    Room room;
    room.apply(step(Verb::start, "cut"));
    auto note = note_on("saw is hot");
    note.attributes.push_back(Tag::of_integer("celsius", 90));
    note.remarks.push_back(Tag::of_text("text.charset", "koi8-r"));
    CHECK(room.apply(note) == Became::attached);
    CHECK(room.sink.spans.empty());
    auto end = step(Verb::end, "cut");
    end.end = t0 + Duration{9};
    end.note = "done";
    room.apply(end);
    CHECK(room.sink.take().at(0).logs == Texts{"+7: event=note message=saw is hot celsius=LONG:90 text.charset=koi8-r",
                                               "+9: event=note message=done"});
}

TEST_CASE("a note finds the step it names") {
    struct Row {
        const char* name;
        std::vector<Event> open;
        Event note;
        Became want;
    };
    auto other_order = step(Verb::start, "cut");
    other_order.order = "10043";
    const std::vector<Row> rows{
        {"no open step", {}, note_on("x"), Became::span},
        {"two open steps, none named",
         {step(Verb::start, "cut"), step(Verb::start, "glue")},
         note_on("x"),
         Became::span},
        {"two open steps, one named",
         {step(Verb::start, "cut"), step(Verb::start, "glue")},
         note_on("x", "cut"),
         Became::attached},
        {"named by id",
         {step(Verb::start, "cut", "1"), step(Verb::start, "cut", "2")},
         note_on("x", "cut", "2"),
         Became::attached},
        {"another id", {step(Verb::start, "cut", "1")}, note_on("x", "cut", "2"), Became::span},
        {"name alone, one of it",
         {step(Verb::start, "cut", "1"), step(Verb::start, "glue")},
         note_on("x", "cut"),
         Became::attached},
        {"name alone, two of it",
         {step(Verb::start, "cut", "1"), step(Verb::start, "cut", "2")},
         note_on("x", "cut"),
         Became::span},
        {"name alone, one without id",
         {step(Verb::start, "cut", "1"), step(Verb::start, "cut")},
         note_on("x", "cut"),
         Became::attached},
        {"a step that is not open", {step(Verb::start, "cut")}, note_on("x", "glue"), Became::span},
        {"another system's step", {step(Verb::start, "cut", {}, "crm")}, note_on("x", "cut"), Became::span},
        {"another order's step", {other_order}, note_on("x"), Became::span},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Room room;
        for (const auto& start : row.open) CHECK(room.apply(start) == Became::opened);
        CHECK(room.apply(row.note) == row.want);
    }
}

TEST_CASE("the only open step is found again when others have ended") {
    Room room;
    for (const auto* name : {"cut", "glue", "pack"}) room.apply(step(Verb::start, name));
    room.apply(step(Verb::end, "glue"));
    room.apply(step(Verb::end, "cut"));
    CHECK(room.apply(note_on("x")) == Became::attached);
    room.sink.take();
    room.apply(step(Verb::end, "pack"));
    CHECK(room.sink.take().at(0).logs.size() == 1);
}

TEST_CASE("a step takes 32 notes, what is more stands alone") {
    Room room;
    room.apply(step(Verb::start, "cut"));
    for (int i = 0; i < 32; ++i) CHECK(room.apply(note_on("x")) == Became::attached);
    CHECK(room.apply(note_on("x")) == Became::span);
    auto end = step(Verb::end, "cut");
    end.note = "done";
    room.apply(end);
    CHECK(room.sink.take().at(1).logs.size() == 33);
}

TEST_CASE("a step takes 8 KiB of notes, what is more stands alone") {
    const std::string words(4096, 'w');
    Room room;
    room.apply(step(Verb::start, "cut"));
    CHECK(room.apply(note_on(words)) == Became::attached);
    CHECK(room.apply(note_on(words)) == Became::attached);
    CHECK(room.apply(note_on("x")) == Became::span);
}

TEST_CASE("a step that is given up shows its notes") {
    Room room;
    room.apply(step(Verb::start, "cut"));
    room.apply(note_on("saw is hot"));
    room.tick(t0 + std::chrono::hours{25});
    CHECK(room.sink.take().back().logs == Texts{"+7: event=note message=saw is hot"});
}
