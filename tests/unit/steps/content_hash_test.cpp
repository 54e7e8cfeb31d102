#include "steps/content_hash.h"

#include <set>

#include <catch2/catch.hpp>

#include "unit/steps/step_fakes.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("every part of a span's content counts, its ids do not") {
    IdMaker ids;
    SpanMaker spans{ids, {}};
    auto event = event_of(Verb::span, "cut");
    event.note = "as planned";
    event.attributes.push_back(Tag::of_integer("n", 1));
    const std::string long_text(5000, 'x');
    const std::string other_long_text = std::string(4999, 'x') + "y";

    std::set<std::uint64_t> seen;
    const auto is_new = [&](const Event& changed) { return seen.insert(content_hash(spans.make(changed))).second; };
    const auto changed = [&](auto change) {
        auto other = event;
        change(other);
        return other;
    };
    CHECK(is_new(event));
    CHECK(is_new(changed([](Event& e) { e.end += Duration{1}; })));
    CHECK(is_new(changed([](Event& e) { e.result = StepResult::fail; })));
    CHECK(is_new(changed([](Event& e) { e.note = "otherwise"; })));
    CHECK(is_new(changed([](Event& e) { e.attempt = 2; })));
    CHECK(is_new(changed([](Event& e) { e.attributes[0].key = "m"; })));
    CHECK(is_new(changed([](Event& e) { e.attributes[0].integer = 2; })));
    CHECK(is_new(changed([](Event& e) { e.attributes[0] = Tag::of_real("n", 1); })));
    CHECK(is_new(changed([](Event& e) { e.attributes[0] = Tag::of_boolean("n", true); })));
    CHECK(is_new(changed([](Event& e) { e.attributes[0] = Tag::of_text("n", "1"); })));
    CHECK(is_new(changed([](Event& e) { e.trace_parent = TraceParent{{1, 2}, SpanId{3}, "00-a"}; })));
    CHECK(is_new(changed([](Event& e) { e.trace_parent = TraceParent{{1, 2}, SpanId{4}, "00-a"}; })));
    CHECK(is_new(changed([&](Event& e) { e.note = long_text; })));
    CHECK(is_new(changed([&](Event& e) { e.note = other_long_text; })));
    CHECK_FALSE(is_new(event));
    CHECK_FALSE(is_new(changed([](Event& e) { e.order = "10043"; })));
}
