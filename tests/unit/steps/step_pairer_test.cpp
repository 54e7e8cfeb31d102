#include "steps/step_pairer.h"

#include <catch2/catch.hpp>

#include "unit/steps/step_fakes.h"

using namespace ordertrace;
using namespace ordertrace::test;
using Texts = std::vector<std::string>;

namespace {

constexpr Duration second{1'000'000};

const std::string step_head = "order.record=step span.kind=server";
const std::string note_head = "order.record=note span.kind=internal";

}  // namespace

TEST_CASE("an end closes the start of its key") {
    Room room;
    CHECK(room.apply(start_at({}, 3)) == Became::opened);
    CHECK(room.apply(start_at(second, 4)) == Became::opened);
    CHECK(room.steps.open_steps() == 2);
    CHECK(room.apply(end_at(7 * second, 3)) == Became::span);
    const auto spans = room.sink.take();
    REQUIRE(spans.size() == 1);
    CHECK(as_text(spans[0]) == "mes `cut` 0+7000000 " + step_head + " order.result=ok attempt=LONG:3");
    CHECK(spans[0].id == IdMaker{}.span_id(IdKind::step, "shop", "10042", "mes", "cut", "3\n1795305600120000"));
    CHECK(room.steps.open_steps() == 1);
    CHECK(room.steps.open_bytes() > 0);
}

TEST_CASE("the key is namespace, order, system, step, and id or else try") {
    struct Row {
        const char* name;
        void (*change)(Event&);
        bool pairs;
    };
    const auto row = GENERATE(values<Row>({
        {"same", [](Event&) {}, true},
        {"namespace", [](Event& e) { e.name_space = "b2b"; }, false},
        {"order", [](Event& e) { e.order = "10043"; }, false},
        {"system", [](Event& e) { e.system = "crm"; }, false},
        {"step", [](Event& e) { e.name = "glue"; }, false},
        {"id", [](Event& e) { e.step_id = "op-8"; }, false},
        {"try beside the id", [](Event& e) { e.attempt = 9; }, true},
        {"instance", [](Event& e) { e.instance = "mes-2"; }, true},
    }));
    CAPTURE(row.name);
    Room room;
    auto start = start_at({});
    start.step_id = "op-7";
    auto end = end_at(second);
    end.step_id = "op-7";
    row.change(end);
    room.apply(start);
    room.apply(end);
    CHECK(room.sink.take().at(0).has_key("step.unpaired") != row.pairs);
}

TEST_CASE("what the start said is on the step's span, and the end's word wins") {
    Room room;
    auto start = start_at({});
    start.step_id = "op-7";
    start.attempt = 1;
    start.attempt_max = 3;
    start.instance = "mes-1";
    start.err = "first doubt";
    start.note = "begun";
    start.trace_parent = TraceParent{{1, 2}, SpanId{3}, "00-a"};
    for (const auto& tag : {Tag::of_text("panel", "P1"), Tag::of_real("weight", 1.5), Tag::of_integer("n", 7),
                            Tag::of_boolean("urgent", true)})
        start.attributes.push_back(tag);
    start.remarks.push_back(Tag::of_text("event.rest", "t=soon"));
    room.apply(start);
    auto end = end_at(second);
    end.step_id = "op-7";
    end.result = StepResult::fail;
    end.note = "broke";
    end.attributes.push_back(Tag::of_text("panel", "P2"));
    room.apply(end);
    const auto spans = room.sink.take();
    REQUIRE(spans.size() == 1);
    CHECK(as_text(spans[0]) ==
          "mes `cut` 0+1000000 " + step_head +
              " order.result=fail error=BOOL:true otel.status_description=first doubt attempt=LONG:1 "
              "attempt.max=LONG:3 step.id=op-7 service.instance.id=mes-1 traceparent=00-a panel=P2 "
              "weight=DOUBLE:1.500000 n=LONG:7 urgent=BOOL:true event.rest=t=soon "
              "| +0: event=note message=begun | +1000000: event=note message=broke");
    CHECK(spans[0].references.size() == 1);
}

TEST_CASE("attributes over 1 KiB are left out of an open step, and that is said") {
    const std::string value(400, 'v');
    Room room;
    auto start = start_at({});
    for (const auto* key : {"a", "b", "c", "d"}) start.attributes.push_back(Tag::of_text(key, value));
    start.attributes.push_back(Tag::of_text("small", "1"));
    room.apply(start);
    room.apply(end_at(second));
    const auto span = room.sink.take().at(0);
    CHECK(span.has_key("a"));
    CHECK(span.has_key("b"));
    CHECK_FALSE(span.has_key("c"));
    CHECK(span.has("small=1"));
    CHECK(span.has("event.truncated=BOOL:true"));
}

TEST_CASE("an end before its start is one microsecond, and that is said") {
    Room room;
    room.apply(start_at({}));
    room.apply(end_at(-second));
    room.apply(start_at(second));
    room.apply(end_at(second));
    CHECK(room.sink.texts() == Texts{"mes `cut` 0+1 " + step_head + " order.result=ok time.fixed=BOOL:true",
                                     "mes `cut` 1000000+1 " + step_head + " order.result=ok"});
}

TEST_CASE("duplicates are counted and otherwise ignored") {
    Room room;
    CHECK(room.apply(start_at({})) == Became::opened);
    CHECK(room.apply(start_at({})) == Became::duplicate);
    CHECK(room.apply(end_at(second)) == Became::span);
    CHECK(room.apply(start_at({})) == Became::duplicate);
    CHECK(room.apply(end_at(second)) == Became::duplicate);
    CHECK(room.sink.take().size() == 1);
    CHECK(room.steps.open_steps() == 0);
}

TEST_CASE("the twin of an end does not close the next step of its key") {
    Room room;
    room.apply(start_at({}));
    room.apply(end_at(second));
    room.apply(start_at(2 * second));
    CHECK(room.apply(end_at(second)) == Became::duplicate);
    CHECK(room.steps.open_steps() == 1);
}

TEST_CASE("closed steps are remembered for an hour") {
    Room room;
    room.apply(start_at({}));
    room.apply(end_at(second));
    auto start = start_at({});
    start.received = t0 + second + std::chrono::hours{1};
    CHECK(room.apply(start) == Became::duplicate);
    start.received += second;
    CHECK(room.apply(start) == Became::opened);
}

TEST_CASE("the last 10,000 closed steps are remembered") {
    Room room;
    const auto close_one = [&](std::int64_t i) {
        auto start = start_at(Duration{i});
        auto end = end_at(Duration{i});
        start.received = end.received = t0;
        CHECK(room.apply(start) == Became::opened);
        CHECK(room.apply(end) == Became::span);
    };
    for (std::int64_t i = 0; i < 10'000; ++i) close_one(i);
    auto first = start_at({});
    first.received = t0;
    CHECK(room.apply(first) == Became::duplicate);
    close_one(10'000);
    CHECK(room.apply(first) == Became::opened);
}

TEST_CASE("an end without a start is unpaired, and the start that comes late is a note") {
    Room room;
    CHECK(room.apply(end_at(5 * second)) == Became::span);
    CHECK(room.apply(end_at(5 * second)) == Became::duplicate);
    auto late = start_at({});
    late.attributes.push_back(Tag::of_text("panel", "P1"));
    late.attempt_max = 3;
    CHECK(room.apply(late) == Became::span);
    CHECK(room.apply(start_at(5 * second)) == Became::span);  // not after the end, if only just
    CHECK(room.steps.open_steps() == 0);
    CHECK(room.apply(start_at(6 * second)) == Became::opened);
    CHECK(room.sink.texts() ==
          Texts{"mes `cut` 5000000+1 " + step_head + " order.result=ok step.unpaired=BOOL:true",
                "mes `note` 0+1 " + note_head +
                    " ext.step=cut attempt.max=LONG:3 panel=P1 | +0: event=note message=started panel=P1",
                "mes `note` 5000000+1 " + note_head + " ext.step=cut | +0: event=note message=started"});
}

TEST_CASE("the note of a late start is not lost") {
    Room room;
    room.apply(end_at(second));
    auto late = start_at({});
    late.note = "shift two";
    room.apply(late);
    CHECK(room.sink.take().back().logs == Texts{"+0: event=note message=started", "+0: event=note message=shift two"});
}

TEST_CASE("an end that tells its start needs no start") {
    Room room;
    auto end = end_at(5 * second);
    end.has_start = true;
    end.start = t0;
    CHECK(room.apply(end) == Became::span);
    CHECK(room.apply(end) == Became::duplicate);
    CHECK(room.apply(start_at({})) == Became::duplicate);
    CHECK(room.apply(start_at(second)) == Became::span);  // of another clock reading: late, not open for ever
    CHECK(room.sink.texts() ==
          Texts{"mes `cut` 0+5000000 " + step_head + " order.result=ok",
                "mes `note` 1000000+1 " + note_head + " ext.step=cut | +0: event=note message=started"});
}

TEST_CASE("the open step's own start counts, whatever the end tells") {
    Room room;
    room.apply(start_at({}));
    auto end = end_at(5 * second);
    end.has_start = true;
    end.start = t0 + Duration{7};
    room.apply(end);
    CHECK(room.sink.texts() == Texts{"mes `cut` 0+5000000 " + step_head + " order.result=ok"});
}

TEST_CASE("a younger start supersedes, an older one is a note") {
    Room room;
    room.apply(start_at(2 * second));
    CHECK(room.apply(start_at(second)) == Became::span);
    CHECK(room.apply(start_at(9 * second)) == Became::opened);
    CHECK(room.apply(start_at(2 * second)) == Became::duplicate);
    CHECK(room.steps.open_steps() == 1);
    const auto spans = room.sink.take();
    REQUIRE(spans.size() == 2);
    CHECK(as_text(spans[0]) == "mes `note` 1000000+1 " + note_head + " ext.step=cut | +0: event=note message=started");
    CHECK(as_text(spans[1]) ==
          "mes `cut` 2000000+7000000 order.record=abandoned span.kind=internal order.result=timeout error=BOOL:true "
          "abandoned.reason=superseded");
    CHECK(spans[1].origin == SpanOrigin::abandoned);
    CHECK(spans[1].id == IdMaker{}.span_id(IdKind::step, "shop", "10042", "mes", "cut", "\n1795305602120000"));
}

TEST_CASE("a span whose id was written with other content gets a suffix") {
    Room room;
    auto event = event_of(Verb::span, "cut");
    auto other = event;
    other.result = StepResult::fail;
    auto third = event;
    third.end += second;
    for (const auto* each : {&event, &event, &other, &third, &other, &event}) room.apply(*each);
    IdMaker ids;
    const auto id = [&](std::string_view mark) {
        return ids.span_id(IdKind::step, "shop", "10042", "mes", "cut", mark);
    };
    const auto first = id("\n1795305600120000");
    const auto second_id = id("\n1795305600120000\n2");
    const auto third_id = id("\n1795305600120000\n3");
    std::vector<SpanId> got;
    for (const auto& span : room.sink.take()) got.push_back(span.id);
    CHECK(got == std::vector<SpanId>{first, first, second_id, third_id, second_id, first});
    CHECK(room.steps.id_conflicts() == 3);
}

TEST_CASE("a span of a step that was paired is a conflict too") {
    Room room;
    room.apply(start_at({}));
    room.apply(end_at(second));
    auto same = event_of(Verb::span, "cut");
    same.end = t0 + second;
    room.apply(same);
    CHECK(room.steps.id_conflicts() == 0);
    same.end += second;
    room.apply(same);
    CHECK(room.steps.id_conflicts() == 1);
    CHECK(room.apply(start_at({})) == Became::duplicate);
}
