#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "unit/steps/step_fakes.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

// One thing that happens: an event of a small world, where keys and times collide often, or a tick.
struct Happening {
    Verb verb = Verb::start;
    int order = 0;
    int step = 0;
    int id = 0;
    int time = 0;  // seconds after t0, the event's own
    bool has_start = false;
    bool tick = false;
    int pass = 0;  // seconds that pass before it
};

StepRules busy_rules() {
    auto rules = rules_of();
    rules.marker_after = std::chrono::seconds{2};
    rules.limits = {std::chrono::seconds{6}, std::chrono::seconds{15}};
    rules.max_open = 5;
    return rules;
}

Event event_of_happening(const Happening& happening, TimePoint now) {
    static constexpr std::array<std::string_view, 2> orders{"10042", "10043"};
    static constexpr std::array<std::string_view, 2> steps{"cut", "glue"};
    static constexpr std::array<std::string_view, 3> ids{"", "op-1", "op-2"};
    const auto time = t0 + std::chrono::seconds{happening.time};
    auto event = event_of(happening.verb, happening.verb == Verb::note ? "a remark" : steps.at(happening.step), time);
    if (happening.verb == Verb::note && happening.id != 0) event.name = steps.at(happening.step);
    event.order = orders.at(happening.order);
    event.step_id = ids.at(happening.id);
    event.received = now;
    if (happening.verb == Verb::start) event.attributes.push_back(Tag::of_integer("n", happening.time));
    if (happening.verb == Verb::end && happening.has_start) {
        event.has_start = true;
        event.start = time - std::chrono::seconds{3};
    }
    return event;
}

rc::Gen<Happening> any_happening() {
    return rc::gen::build<Happening>(
        rc::gen::set(&Happening::verb, rc::gen::element(Verb::start, Verb::start, Verb::end, Verb::end, Verb::note)),
        rc::gen::set(&Happening::order, rc::gen::inRange(0, 2)), rc::gen::set(&Happening::step, rc::gen::inRange(0, 2)),
        rc::gen::set(&Happening::id, rc::gen::inRange(0, 3)), rc::gen::set(&Happening::time, rc::gen::inRange(0, 12)),
        rc::gen::set(&Happening::has_start), rc::gen::set(&Happening::tick),
        rc::gen::set(&Happening::pass, rc::gen::inRange(0, 4)));
}

void showValue(const Happening& happening, std::ostream& os) {
    os << name_of(happening.verb) << " order " << happening.order << " step " << happening.step << " id "
       << happening.id << " at " << happening.time << (happening.has_start ? " with start" : "") << " after "
       << happening.pass << (happening.tick ? ", tick" : "");
}

TimePoint happen(Room& room, const Happening& happening, TimePoint now) {
    now += std::chrono::seconds{happening.pass};
    room.apply(event_of_happening(happening, now));
    if (happening.tick) room.tick(now);
    return now;
}

std::vector<std::string> all_texts(KeepingSink& sink) {
    std::vector<std::string> texts;
    for (const auto& span : sink.take()) texts.push_back(whole_text(span));
    return texts;
}

}  // namespace

TEST_CASE("killed between any two events, the next life goes on as if nothing had happened") {
    const bool holds = rc::check([] {
        const auto happenings = *rc::gen::container<std::vector<Happening>>(any_happening());
        const auto killed_after = *rc::gen::inRange<std::size_t>(0, happenings.size() + 1);
        const auto rewritten = *rc::gen::arbitrary<bool>();
        Room steady{busy_rules()};
        auto now = t0;
        for (std::size_t i = 0; i < killed_after; ++i) now = happen(steady, happenings[i], now);
        all_texts(steady.sink);
        // The first half of the log may go once what is open in it stands further on.
        if (rewritten) {
            steady.sink.segment = 2;
            steady.steps.rewrite_below(2);
        }
        Room next{busy_rules()};
        for (const auto& record : steady.sink.records)
            RC_ASSERT(next.steps.replay(record.kind, record.bytes, record.segment));
        RC_ASSERT(next.steps.open_steps() == steady.steps.open_steps());
        RC_ASSERT(next.steps.open_bytes() == steady.steps.open_bytes());
        RC_ASSERT(next.steps.next_due() == steady.steps.next_due());
        for (std::size_t i = killed_after; i < happenings.size(); ++i) {
            happen(next, happenings[i], now);
            now = happen(steady, happenings[i], now);
        }
        for (auto* room : {&steady, &next}) room->tick(now + std::chrono::hours{1});
        RC_ASSERT(all_texts(next.sink) == all_texts(steady.sink));
    });
    CHECK(holds);
}

TEST_CASE("steps rewritten before their segment goes come back from the new one alone") {
    Room room{busy_rules()};
    room.apply(event_of(Verb::start, "cut"));
    room.apply(event_of(Verb::note, "a remark"));
    room.tick(t0 + std::chrono::seconds{3});
    room.sink.segment = 5;
    room.apply(event_of(Verb::start, "glue"));
    const auto before = room.sink.records.size();
    room.steps.rewrite_below(5);
    REQUIRE(room.sink.records.size() == before + 1);
    room.steps.rewrite_below(5);
    CHECK(room.sink.records.size() == before + 1);

    Room next{busy_rules()};
    for (const auto& record : room.sink.records)
        if (record.segment == 5) CHECK(next.steps.replay(record.kind, record.bytes, record.segment));
    CHECK(next.steps.open_steps() == 2);
    for (auto* each : {&room, &next}) {
        each->sink.take();
        each->apply(event_of(Verb::end, "cut", t0 + std::chrono::seconds{4}));
    }
    CHECK(as_text(next.sink.spans.at(0)) ==
          "mes `cut` 0+4000000 order.record=step span.kind=server order.result=ok "
          "| +0: event=note message=a remark");
    CHECK(all_texts(next.sink) == all_texts(room.sink));
}

TEST_CASE("notes and marks of a step whose beginning is gone are passed over") {
    Room room{busy_rules()};
    room.apply(event_of(Verb::start, "cut"));
    room.apply(event_of(Verb::note, "a remark"));
    room.tick(t0 + std::chrono::seconds{3});
    Room next{busy_rules()};
    for (std::size_t i = 1; i < room.sink.records.size(); ++i)
        CHECK(next.steps.replay(room.sink.records[i].kind, room.sink.records[i].bytes, 1));
    CHECK(next.steps.open_steps() == 0);
}
