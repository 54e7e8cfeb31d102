#include "steps/step_pairer.h"

#include <catch2/catch.hpp>

#include "unit/steps/step_fakes.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

constexpr Duration second{1'000'000};

}  // namespace

TEST_CASE("a hanging step speaks up in time: started, overdue, given up") {
    auto rules = rules_of();
    rules.per_step["cut"] = {std::chrono::minutes{1}, std::chrono::hours{1}};
    Room room{rules};
    auto start = start_at({}, 2);
    start.attempt_max = 3;
    start.instance = "mes-1";
    start.note = "begun";
    start.attributes.push_back(Tag::of_text("panel", "P1"));
    room.apply(start);
    CHECK(room.steps.next_due() == t0 + 5 * second);
    room.tick(t0 + 5 * second - Duration{1});
    CHECK(room.sink.spans.empty());
    room.tick(t0 + 5 * second);
    CHECK(room.steps.next_due() == t0 + 60 * second);
    room.tick(t0 + 60 * second);
    CHECK(room.steps.next_due() == t0 + 3600 * second);
    room.tick(t0 + 4000 * second);
    CHECK_FALSE(room.steps.next_due());
    const auto spans = room.sink.take();
    REQUIRE(spans.size() == 3);
    CHECK(as_text(spans[0]) ==
          "mes `cut (started)` 0+1 order.record=started span.kind=internal attempt=LONG:2 attempt.max=LONG:3 "
          "service.instance.id=mes-1");
    CHECK(as_text(spans[1]) ==
          "mes `cut (overdue)` 60000000+1 order.record=overdue span.kind=internal order.result=timeout "
          "error=BOOL:true attempt=LONG:2 attempt.max=LONG:3 service.instance.id=mes-1");
    CHECK(as_text(spans[2]) ==
          "mes `cut` 0+3600000000 order.record=abandoned span.kind=internal order.result=timeout error=BOOL:true "
          "abandoned.reason=limit attempt=LONG:2 attempt.max=LONG:3 service.instance.id=mes-1 panel=P1 "
          "| +0: event=note message=begun");
    CHECK(spans[0].parent.value == spans[2].id.value);
    CHECK(spans[1].parent.value == spans[2].id.value);
    CHECK(spans[0].origin == SpanOrigin::started);
    CHECK(spans[1].origin == SpanOrigin::overdue);

    // What comes now has no start any more.
    auto end = end_at(4001 * second, 2);
    end.has_start = true;
    end.start = t0;
    CHECK(room.apply(end) == Became::span);
    const auto unpaired = room.sink.take().at(0);
    CHECK(unpaired.has("step.unpaired=BOOL:true"));
    CHECK(unpaired.start == t0 + 4001 * second);
    CHECK(unpaired.id != spans[2].id);
}

TEST_CASE("markers are the same bytes however late they are judged") {
    Room late;
    late.apply(start_at({}));
    late.tick(t0 + std::chrono::hours{30});
    Room prompt;
    prompt.apply(start_at({}));
    for (auto now = t0; now <= t0 + std::chrono::hours{30}; now += std::chrono::minutes{1}) prompt.tick(now);
    const auto texts = late.sink.texts();
    CHECK(texts.size() == 3);
    CHECK(prompt.sink.texts() == texts);
}

TEST_CASE("a step that is over in time has no marker") {
    Room room;
    room.apply(start_at({}));
    room.apply(end_at(second));
    room.tick(t0 + std::chrono::hours{48});
    CHECK(room.sink.take().size() == 1);
}

TEST_CASE("limits changed at run time hold for open steps") {
    Room room;
    room.apply(start_at({}));
    auto rules = rules_of();
    rules.marker_after = 2 * second;
    rules.limits = {std::chrono::seconds{3}, std::chrono::seconds{4}};
    room.steps.set_rules(rules, Duration{0});
    CHECK(room.steps.next_due() == t0 + 2 * second);
    room.tick(t0 + 10 * second);
    CHECK(room.sink.take().size() == 3);
}

TEST_CASE("over max_open new starts are refused and old ones kept") {
    auto rules = rules_of();
    rules.max_open = 2;
    Room room{rules};
    CHECK(room.apply(start_at({}, 1)) == Became::opened);
    CHECK(room.apply(start_at({}, 2)) == Became::opened);
    CHECK(room.apply(start_at({}, 3)) == Became::refused);
    CHECK(room.apply(start_at(second, 2)) == Became::opened);  // supersedes: takes no more room
    CHECK(room.apply(end_at(second, 1)) == Became::span);
    CHECK(room.apply(start_at({}, 3)) == Became::opened);
    CHECK(room.steps.open_steps() == 2);
}

TEST_CASE("over max_open_bytes new starts are refused and notes stand alone") {
    auto rules = rules_of();
    rules.max_open_bytes = 120;
    Room room{rules};
    CHECK(room.apply(start_at({}, 1)) == Became::opened);
    CHECK(room.apply(start_at({}, 2)) == Became::refused);
    const std::string words(200, 'w');
    CHECK(room.apply(event_of(Verb::note, words)) == Became::span);
    CHECK(room.apply(event_of(Verb::note, "x")) == Became::attached);
}
