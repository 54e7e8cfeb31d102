#include "board/timeline.h"

#include <catch2/catch.hpp>

#include "board/timeline_parts.h"
#include "board/timeline_svg.h"
#include "unit/pages/page_samples.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

OrderAnswer sample(std::string_view wanted) {
    for (auto& [name, answer] : sample_orders())
        if (name == wanted) return answer;
    FAIL("no such sample");
    return {};
}

std::vector<std::string> lane_names(const Timeline& timeline) {
    std::vector<std::string> names;
    for (const auto& lane : timeline.lanes) names.push_back(lane.system);
    return names;
}

}  // namespace

TEST_CASE("what is missing stands with the system that is to act") {
    struct Row {
        const char* order;
        VerdictKind kind;
        const char* lane;
        TimePoint from, to;
        const char *arrow_from, *arrow_to;  // nullptr: no arrow
        TimePoint arrow_at;
    };
    const auto priced = t0 + 9h;
    const auto row = GENERATE_COPY(values<Row>({
        {"not-sent", VerdictKind::not_sent, "mes", priced + 5min, page_now, "mes", "crm", priced},
        {"in-transit", VerdictKind::in_transit, "crm", priced + 5min, page_now, "mes", "crm", priced + 20s},
        {"received-not-applied", VerdictKind::received_not_applied, "crm", priced + 5min, page_now, "crm", "crm",
         priced + 2min},
        {"late", VerdictKind::late, "mes", priced + 24h, t0 + 50h, nullptr, nullptr, {}},
        {"failed-not-retried", VerdictKind::failed, "mes", priced + 35min, page_now, nullptr, nullptr, {}},
    }));
    CAPTURE(row.order);
    const auto answer = sample(row.order);
    const auto timeline = timeline_of(answer, shop_lifecycle());
    REQUIRE(timeline.missing);
    const auto& part = *timeline.missing;
    CHECK(part.kind == row.kind);
    CHECK(timeline.lanes.at(part.lane).system == row.lane);
    CHECK(part.from == row.from);
    CHECK(part.to == row.to);
    REQUIRE(part.arrow_from.has_value() == (row.arrow_from != nullptr));
    if (row.arrow_from == nullptr) return;
    CHECK(timeline.lanes.at(*part.arrow_from).system == row.arrow_from);
    CHECK(timeline.lanes.at(*part.arrow_to).system == row.arrow_to);
    CHECK(part.arrow_at == row.arrow_at);
}

TEST_CASE("of what is not stuck, or shown by the step itself, nothing is missing") {
    const auto* order = GENERATE("failed", "running", "running-overdue", "finished", "on-time");
    CAPTURE(order);
    CHECK(!timeline_of(sample(order), shop_lifecycle()).missing);
}

TEST_CASE("what a blind verdict replaces is drawn as missing") {
    auto answer = in_transit_order();
    answer.verdict.blinded = answer.verdict.kind;
    answer.verdict.kind = VerdictKind::blind;
    const auto timeline = timeline_of(answer, shop_lifecycle());
    REQUIRE(timeline.missing);
    CHECK(timeline.missing->kind == VerdictKind::in_transit);
}

TEST_CASE("a timeline ends now, of a finished order with its last fact") {
    const auto open = timeline_of(in_transit_order(), shop_lifecycle());
    CHECK(open.from == t0 + 8h);
    CHECK(open.to == page_now);
    CHECK(open.deadline == t0 + 9h + 5min);
    const auto finished = timeline_of(sample("finished"), shop_lifecycle());
    CHECK(!finished.ends_now);
    CHECK(finished.to == t0 + 15h + Duration{1});
    CHECK(!finished.deadline);
}

TEST_CASE("lanes are the systems in the lifecycle's order, then others by name") {
    const auto answer = answer_of("1", {status_fact("online-shop", "CREATED", t0), step_fact("zebra", "look", t0, 1min),
                                        step_fact("mes", "cut", t0, 1min), step_fact("ant", "carry", t0, 1min),
                                        mark_fact("stuck in CREATED", t0 - 3h)});
    const auto timeline = timeline_of(answer, shop_lifecycle());
    CHECK(lane_names(timeline) == std::vector<std::string>{"online-shop", "mes", "ant", "zebra"});
    CHECK(timeline.from == t0);  // a mark is no fact of its own
}

TEST_CASE("bars look like what became of the step") {
    struct Row {
        const char* name;
        FactRecord record;
        FactResult result;
        bool given_up;
        BarLook want;
    };
    const auto row = GENERATE(values<Row>({
        {"ok", FactRecord::step, FactResult::ok, false, BarLook::done},
        {"fail", FactRecord::step, FactResult::fail, false, BarLook::failed},
        {"timeout", FactRecord::step, FactResult::timeout, false, BarLook::failed},
        {"skip", FactRecord::step, FactResult::skip, false, BarLook::skipped},
        {"cancel", FactRecord::step, FactResult::cancel, false, BarLook::skipped},
        {"given up", FactRecord::abandoned, FactResult::timeout, true, BarLook::failed},
        {"superseded", FactRecord::abandoned, FactResult::timeout, false, BarLook::given_up},
        {"another's span", FactRecord::other, FactResult::none, false, BarLook::foreign},
    }));
    CAPTURE(row.name);
    auto fact = step_fact("mes", "cut", t0, 1min, row.result);
    fact.record = row.record;
    fact.given_up = row.given_up;
    CHECK(look_of(fact, {}) == row.want);
}

TEST_CASE("an open step reaches to the end of the picture, once for both its markers") {
    struct Row {
        const char* order;
        BarLook want;
    };
    const auto row = GENERATE(values<Row>({{"running", BarLook::open}, {"running-overdue", BarLook::stuck}}));
    CAPTURE(row.order);
    const auto answer = sample(row.order);
    const auto timeline = timeline_of(answer, shop_lifecycle());
    const auto& bars = timeline.lanes.at(2).bars;
    REQUIRE(bars.size() == 3);
    CHECK(bars[2].name == "cut_panel");
    CHECK(bars[2].look == row.want);
    CHECK(bars[2].from == t0 + 9h + 30min);
    CHECK(bars[2].to == page_now);
}

TEST_CASE("the markers of a step that ended are not drawn") {
    auto step = step_fact("mes", "cut", t0 + 1min, 5min);
    auto started = step_fact("mes", "cut (started)", t0 + 1min, Duration{1}, FactResult::none);
    started.record = FactRecord::started;
    started.parent.value = step.id.value;
    const auto answer = answer_of("1", {status_fact("online-shop", "CREATED", t0), started, step});
    const auto timeline = timeline_of(answer, shop_lifecycle());
    const auto mes = lane_of(timeline, "mes");
    REQUIRE(mes);
    CHECK(timeline.lanes[*mes].bars.size() == 1);
}

TEST_CASE("of too many facts the latest are drawn, and the rest is told") {
    std::vector<Fact> facts{status_fact("online-shop", "CREATED", t0)};
    for (std::size_t i = 0; i < Timeline::most_items + 4; ++i)
        facts.push_back(step_fact("mes", "try", t0 + (i + 1) * 1min, 30s));
    const auto answer = answer_of("1", facts);
    const auto timeline = timeline_of(answer, shop_lifecycle());
    CHECK(timeline.left_out == 5);
    const auto mes = lane_of(timeline, "mes");
    REQUIRE(mes);
    CHECK(timeline.lanes[*mes].bars.size() == Timeline::most_items);
    CHECK(timeline.lanes[*mes].rows == 1);
}

TEST_CASE("lanes are bounded") {
    std::vector<Fact> facts{status_fact("online-shop", "CREATED", t0)};
    for (int i = 0; i < 40; ++i) facts.push_back(step_fact("system-" + std::to_string(100 + i), "try", t0, 30s));
    const auto answer = answer_of("1", facts);
    const auto timeline = timeline_of(answer, shop_lifecycle());
    CHECK(timeline.lanes.size() == Timeline::most_lanes);
    CHECK(timeline.left_out == 12);  // beside online-shop and mes there is room for 28 of the 40
}

TEST_CASE("layout_of gives each lane a rail and its rows below the other") {
    Timeline timeline;
    timeline.lanes.resize(2);
    timeline.lanes[0].rows = 2;
    const auto layout = layout_of(timeline);
    REQUIRE(layout.lanes.size() == 2);
    const auto& [first, second] = std::tie(layout.lanes[0], layout.lanes[1]);
    CHECK(first.top == 76);
    CHECK(first.rail == 90);
    CHECK(first.bars == 104);
    CHECK(first.bottom == 150);
    CHECK(second.top == 150);
    CHECK(second.bottom == 184);
    CHECK(layout.height == 190);
}
