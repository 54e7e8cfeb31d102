#include "steps/beats.h"

#include <catch2/catch.hpp>

#include "unit/steps/step_fakes.h"

using namespace ordertrace;
using namespace ordertrace::test;
using Texts = std::vector<std::string>;

namespace {

constexpr Duration second{1'000'000};
constexpr Duration every = std::chrono::minutes{5};

AgentTotals totals_of(std::uint64_t kernel, std::uint64_t lost, std::uint64_t rejected, std::uint64_t board) {
    return {.lost_in_kernel = kernel,
            .lost_to_all = lost,
            .rejected = rejected,
            .dropped = {{"jaeger", lost}, {"board", board}}};
}

Event from(std::string_view system, Verb verb = Verb::beat, TimePoint time = t0 + Duration{1'000'000}) {
    auto event = event_of(verb, "cut", time);
    event.system = system;
    if (verb == Verb::beat) event.order = "-";
    return event;
}

}  // namespace

TEST_CASE("a beat tells what was seen since the last one") {
    Room room{rules_of(), every};
    room.steps.begin(totals_of(100, 7, 50, 9));
    CHECK(room.apply(from("mes")) == Became::seen);
    room.apply(from("mes", Verb::span));
    room.sink.take();
    CHECK(room.steps.next_due() == t0 + every);
    room.steps.tick(t0 + every - Duration{1}, totals_of(100, 7, 52, 9));
    CHECK(room.sink.spans.empty());
    room.steps.tick(t0 + every, totals_of(100, 7, 53, 9));
    const auto first = room.sink.take();
    REQUIRE(first.size() == 1);
    CHECK(first[0].origin == SpanOrigin::beat);
    CHECK(as_text(first[0]) ==
          "mes `beat` 0+300000000 order.record=beat span.kind=internal agent.received=LONG:2 agent.lost=LONG:0 "
          "agent.dropped.jaeger=LONG:0 agent.dropped.board=LONG:0 agent.rejected=LONG:3 agent.missing=LONG:0 "
          "system.beats=LONG:1 system.seen_at=LONG:1795305601120000");
    CHECK_FALSE(first[0].has_key("order.id"));
    CHECK_FALSE(first[0].has_key("order.namespace"));

    room.steps.tick(t0 + 2 * every, totals_of(100, 7, 53, 9));
    CHECK(room.sink.texts() ==
          Texts{"mes `beat` 300000000+300000000 order.record=beat span.kind=internal agent.received=LONG:0 "
                "agent.lost=LONG:0 agent.dropped.jaeger=LONG:0 agent.dropped.board=LONG:0 agent.rejected=LONG:0 "
                "agent.missing=LONG:0 system.beats=LONG:0 system.seen_at=LONG:1795305601120000"});
}

TEST_CASE("beats lie in the trace of a pseudo order of the day they begin") {
    Room room{rules_of(), every};
    // 2026-11-22 in UTC; the second beat begins on the next day.
    room.steps.tick(t0 + std::chrono::hours{24}, {});
    room.steps.tick(t0 + std::chrono::hours{25}, {});
    IdMaker ids;
    const auto beats = room.sink.take();
    REQUIRE(beats.size() == 2);
    CHECK(beats[0].trace == ids.trace_id("shop", "-/mes/plant-7/2026-11-22"));
    CHECK(beats[0].id ==
          ids.span_id(IdKind::beat, "shop", "-/mes/plant-7/2026-11-22", "mes", "plant-7", "\n1795305600120000"));
    CHECK(beats[1].trace == ids.trace_id("shop", "-/mes/plant-7/2026-11-23"));
}

TEST_CASE("a loss is told within ten seconds") {
    struct Row {
        const char* name;
        AgentTotals totals;
        const char* lost;
        bool error;
    };
    const auto row = GENERATE(values<Row>({
        {"in the kernel", totals_of(3, 0, 0, 0), "agent.lost=LONG:3", true},
        {"to all", totals_of(0, 2, 0, 2), "agent.lost=LONG:2", true},
        {"to one", totals_of(0, 0, 0, 4), "agent.dropped.board=LONG:4", false},
    }));
    CAPTURE(row.name);
    Room room{rules_of(), every};
    room.steps.begin(totals_of(0, 0, 0, 0));
    room.steps.tick(t0 + second, row.totals);
    auto now = t0 + second;
    REQUIRE(room.steps.next_due());
    CHECK(*room.steps.next_due() < t0 + 10 * second);
    while (room.sink.spans.empty() && now < t0 + every) room.steps.tick(now += second, row.totals);
    CHECK(now <= t0 + 10 * second);
    const auto beat = room.sink.take().at(0);
    CHECK(beat.has(row.lost));
    CHECK(beat.has("error=BOOL:true") == row.error);
    CHECK(beat.has("order.result=fail") == row.error);
    // Told once.
    room.steps.tick(now + 20 * second, row.totals);
    CHECK(room.sink.spans.empty());
}

TEST_CASE("every system the agent spoke for has its beat, the service order none") {
    Room room{rules_of(), every};
    room.apply(from("crm"));
    room.apply(from("crm"));
    auto gap = from("crm");
    gap.instance = "crm-1";
    gap.sequence = 10;
    room.apply(gap);
    gap.sequence = 12;
    room.apply(gap);
    room.apply(from("order", Verb::mark));
    room.sink.take();
    auto now = t0 + second;
    while (room.sink.spans.empty() && now < t0 + every) room.tick(now += second);
    CHECK(now <= t0 + second + SequenceTracker::patience + 10 * second);
    const auto beats = room.sink.take();
    REQUIRE(beats.size() == 2);
    CHECK(beats[0].system == "mes");
    CHECK(beats[0].has("agent.missing=LONG:0"));
    CHECK_FALSE(beats[0].has_key("error"));
    CHECK_FALSE(beats[0].has_key("system.seen_at"));
    CHECK(beats[1].system == "crm");
    CHECK(beats[1].has("agent.missing=LONG:1"));
    CHECK(beats[1].has("agent.received=LONG:4"));
    CHECK(beats[1].has("system.beats=LONG:4"));
    CHECK(beats[1].has("error=BOOL:true"));
    CHECK(room.steps.missing() == 1);
}

TEST_CASE("restarts seen are told once, at most sixteen") {
    Room room{rules_of(), every};
    auto event = from("mes");
    event.instance = "mes 1";
    const auto restart = [&] {
        for (const std::uint64_t number : {100, 1}) {
            event.sequence = number;
            room.apply(event);
        }
    };
    restart();
    event.instance = {};
    restart();
    room.steps.tick(t0 + every, {});
    const auto told = room.sink.take();
    CHECK(told.at(0).has("system.restarted=mes_1=1795305601120000 =1795305601120000"));
    for (int i = 0; i < 20; ++i) restart();
    room.steps.tick(t0 + 3 * every, {});
    const auto many = room.sink.take().at(0);
    const auto tag = std::find_if(many.tags.begin(), many.tags.end(),
                                  [](const auto& text) { return text.rfind("system.restarted=", 0) == 0; });
    REQUIRE(tag != many.tags.end());
    CHECK(std::count(tag->begin(), tag->end(), ' ') == 15);
    room.steps.tick(t0 + 5 * every, {});
    CHECK_FALSE(room.sink.take().at(0).has_key("system.restarted"));
}

TEST_CASE("at exit the last stretch is told") {
    Room room{rules_of(), every};
    room.steps.begin(totals_of(0, 0, 0, 0));
    room.apply(from("crm"));
    room.steps.farewell(t0 + 2 * second, totals_of(1, 0, 0, 0));
    const auto beats = room.sink.take();
    REQUIRE(beats.size() == 2);
    CHECK(beats[1].duration == 2 * second);
    CHECK(beats[1].has("agent.lost=LONG:1"));
}

TEST_CASE("a clock set back makes a beat of one microsecond, not a negative one") {
    Room room{rules_of(), every};
    room.steps.farewell(t0 - second, {});
    CHECK(room.sink.take().at(0).duration == Duration{1});
}

TEST_CASE("beats can be off, and on again at run time") {
    Room room{rules_of(), Duration{0}};
    room.steps.tick(t0 + 10 * every, totals_of(5, 5, 5, 5));
    room.steps.farewell(t0 + 10 * every, totals_of(6, 6, 6, 6));
    CHECK(room.sink.spans.empty());
    CHECK_FALSE(room.steps.next_due());
    room.steps.set_rules(rules_of(), every);
    room.steps.tick(t0 + 10 * every, totals_of(6, 6, 6, 6));
    CHECK(room.sink.take().size() == 1);
}

TEST_CASE("without a beginning the first tick's totals are the base") {
    Room room{rules_of(), every};
    room.steps.tick(t0 + second, totals_of(1000, 0, 0, 0));
    room.steps.tick(t0 + every, totals_of(1000, 0, 0, 0));
    CHECK(room.sink.take().at(0).has("agent.lost=LONG:0"));
}

TEST_CASE("the probe is the same every time and says nothing") {
    Room room{rules_of(), every};
    const auto before = keep(room.steps.probe(totals_of(1, 2, 3, 4)));
    room.apply(from("mes"));
    room.steps.tick(t0 + every, totals_of(9, 9, 9, 9));
    const auto after = keep(room.steps.probe(totals_of(9, 9, 9, 9)));
    CHECK(whole_text(before) == whole_text(after));
    CHECK(as_text(before) ==
          "mes `beat` 0+1 order.record=beat span.kind=internal agent.received=LONG:0 agent.lost=LONG:0 "
          "agent.dropped.jaeger=LONG:0 agent.dropped.board=LONG:0 agent.rejected=LONG:0 agent.missing=LONG:0 "
          "system.beats=LONG:0");
}
