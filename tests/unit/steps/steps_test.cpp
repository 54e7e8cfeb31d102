#include "steps/steps.h"

#include <thread>

#include <catch2/catch.hpp>

#include "unit/steps/step_fakes.h"

using namespace ordertrace;
using namespace ordertrace::test;
using Texts = std::vector<std::string>;

TEST_CASE("each event becomes one thing") {
    struct Row {
        const char* name;
        Event event;
        Became want;
    };
    auto demoted = event_of(Verb::start);
    demoted.demoted = true;
    const std::vector<Row> rows{
        {"span", event_of(Verb::span, "cut"), Became::span},
        {"start", event_of(Verb::start, "glue"), Became::opened},
        {"its note", event_of(Verb::note, "x"), Became::attached},
        {"its end", event_of(Verb::end, "glue"), Became::span},
        {"a note alone", event_of(Verb::note, "x"), Became::span},
        {"status", event_of(Verb::status, "CREATED"), Became::span},
        {"sent", event_of(Verb::sent, "crm"), Became::span},
        {"recv", event_of(Verb::recv, "crm"), Became::span},
        {"mark", event_of(Verb::mark, "alarm"), Became::span},
        {"alias", event_of(Verb::alias, "crm:7"), Became::span},
        {"beat", event_of(Verb::beat), Became::seen},
        {"demoted", demoted, Became::span},
    };
    Room room;
    std::size_t spans = 0;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(room.apply(row.event) == row.want);
        if (row.want == Became::span) ++spans;
    }
    CHECK(room.sink.take().size() == spans);
}

TEST_CASE("the origin names the trace at each origin status") {
    auto rules = rules_of();
    rules.origin = true;
    rules.origin_status = "NEW";
    Room room{rules};
    room.apply(event_of(Verb::status, "CREATED"));
    CHECK(room.sink.take().size() == 1);
    room.apply(event_of(Verb::status, "NEW"));
    const auto spans = room.sink.take();
    REQUIRE(spans.size() == 2);
    CHECK(as_text(spans[0]) == "order `order 10042` -1+1 order.record=title span.kind=internal");
    CHECK(spans[0].origin == SpanOrigin::title);
    CHECK(spans[1].origin == SpanOrigin::event);
    Room other;
    other.apply(event_of(Verb::status, "CREATED"));
    CHECK(other.sink.take().size() == 1);
}

TEST_CASE("linked systems can change at run time") {
    auto received = event_of(Verb::recv, "erp");
    received.message_id = "m1";
    Room room;
    room.apply(received);
    auto rules = rules_of();
    rules.linked_systems = {"c*"};
    room.steps.set_rules(rules, Duration{0});
    room.apply(received);
    const auto spans = room.sink.take();
    CHECK(spans.at(0).references.size() == 1);
    CHECK(spans.at(1).references.empty());
}

TEST_CASE("durations are counted by step and result") {
    Room room;
    const auto run = [&](std::string_view step, StepResult result, Duration duration) {
        auto event = event_of(Verb::span, step);
        event.result = result;
        event.end = event.start + duration;
        room.apply(event);
    };
    run("cut", StepResult::ok, std::chrono::milliseconds{100});
    run("cut", StepResult::ok, std::chrono::milliseconds{101});
    run("cut", StepResult::ok, std::chrono::hours{25});
    run("cut", StepResult::fail, std::chrono::seconds{10});
    room.apply(event_of(Verb::end, "glue"));  // unpaired: nobody knows how long it took
    const auto shown = room.steps.gauges().durations();
    REQUIRE(shown.size() == 2);
    CHECK(shown[0].step == "cut");
    CHECK(shown[0].result == StepResult::ok);
    CHECK(shown[0].cumulative == std::array<std::uint64_t, 9>{1, 2, 2, 2, 2, 2, 2, 2, 3});
    CHECK(shown[0].seconds_sum == Approx(90000.201));
    CHECK(shown[1].result == StepResult::fail);
    CHECK(shown[1].cumulative == std::array<std::uint64_t, 9>{0, 0, 1, 1, 1, 1, 1, 1, 1});
}

TEST_CASE("after 200 step names the rest is other") {
    Room room;
    std::vector<std::string> names;
    for (int i = 0; i < 203; ++i) names.push_back("step " + std::to_string(i));
    names.push_back("other");
    for (const auto& name : names) {
        room.apply(event_of(Verb::span, name));
        room.apply(event_of(Verb::start, name, t0 + Duration{static_cast<std::int64_t>(name.size())}));
    }
    const auto durations = room.steps.gauges().durations();
    REQUIRE(durations.size() == 201);
    CHECK(durations.back().step == "other");
    CHECK(durations.back().cumulative.back() == 4);
    const auto oldest = room.steps.gauges().oldest_open();
    REQUIRE(oldest.size() == 201);
    CHECK(oldest.front().step == "step 0");
    CHECK(oldest.back().step == "other");
    CHECK(oldest.back().start == t0 + Duration{5});
}

TEST_CASE("the oldest open step of each name is known without a look at all") {
    Room room;
    const auto at = [](Verb verb, int id, std::int64_t after) {
        static constexpr std::array<std::string_view, 3> ids{"1", "2", "3"};
        auto event = event_of(verb, "cut", t0 + Duration{after});
        event.step_id = ids.at(static_cast<std::size_t>(id));
        return event;
    };
    const auto oldest = [&] {
        const auto all = room.steps.gauges().oldest_open();
        return all.empty() ? std::int64_t{-1} : (all.at(0).start - t0).count();
    };
    CHECK(oldest() == -1);
    room.apply(at(Verb::start, 0, 50));
    room.apply(at(Verb::start, 1, 20));
    room.apply(at(Verb::start, 2, 30));
    CHECK(oldest() == 20);
    CHECK(room.steps.gauges().open_steps() == 3);
    room.apply(at(Verb::end, 1, 60));
    CHECK(oldest() == 30);
    room.apply(at(Verb::end, 2, 60));
    CHECK(oldest() == 50);
    room.apply(at(Verb::end, 0, 60));
    CHECK(oldest() == -1);
    CHECK(room.steps.gauges().open_steps() == 0);
    CHECK(room.steps.gauges().open_bytes() == 0);
}

TEST_CASE("last seen is known for each system but the service order") {
    Room room;
    CHECK(room.steps.last_seen().empty());
    auto event = event_of(Verb::beat);
    event.received = t0 + Duration{5};
    room.apply(event);
    event.system = "order";
    room.apply(event);
    event.system = "crm";
    event.received = t0 + Duration{9};
    room.apply(event);
    const auto seen = room.steps.last_seen();
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].system == "mes");
    CHECK(seen[0].time == t0 + Duration{5});
    CHECK(seen[1].system == "crm");
    CHECK(seen[1].time == t0 + Duration{9});
}

TEST_CASE("the next due time is the earliest of markers, gaps and beats") {
    Room room{rules_of(), std::chrono::minutes{5}};
    CHECK(room.steps.next_due() == t0 + std::chrono::minutes{5});
    auto gap = event_of(Verb::beat);
    gap.sequence = 1;
    room.apply(gap);
    gap.sequence = 3;
    room.apply(gap);
    CHECK(room.steps.next_due() == t0 + SequenceTracker::patience);
    room.apply(event_of(Verb::start, "cut"));
    CHECK(room.steps.next_due() == t0 + std::chrono::seconds{5});
}

TEST_CASE("gauges are read by another thread while events go on") {
    Room room;
    std::atomic<bool> done{false};
    std::uint64_t seen = 0;
    bool half_written = false;
    std::thread reader{[&] {
        while (!done.load()) {
            for (const auto& duration : room.steps.gauges().durations())
                seen = std::max(seen, duration.cumulative.back());
            for (const auto& open : room.steps.gauges().oldest_open())
                half_written |= open.step != "other" && open.step.substr(0, 5) != "step ";
            for (const auto& system : room.steps.last_seen()) half_written |= system.system != "mes";
        }
    }};
    std::vector<std::string> names;
    for (int i = 0; i < 250; ++i) names.push_back("step " + std::to_string(i));
    for (int i = 0; i < 5'000; ++i) {
        const auto& name = names[static_cast<std::size_t>(i) % names.size()];
        room.apply(event_of(Verb::span, name, t0 + Duration{i}));
        room.apply(event_of(i % 2 ? Verb::start : Verb::end, name, t0 + Duration{i}));
    }
    done = true;
    reader.join();
    CHECK(seen <= 10'000);
    CHECK_FALSE(half_written);
}
