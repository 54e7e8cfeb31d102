#include "store/fact_bytes.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "unit/store/store_suite.h"

using namespace ordertrace;

namespace {

template <class T>
T any() {
    return *rc::gen::arbitrary<T>();
}

// Half of all texts are empty, as in life.
std::string any_text() { return any<bool>() ? std::string{} : any<std::string>(); }

Fact any_fact() {
    Fact fact;
    fact.id = {any<std::uint64_t>()};
    fact.parent = {any<bool>() ? 0 : any<std::uint64_t>()};
    fact.record = static_cast<FactRecord>(*rc::gen::inRange(0, static_cast<int>(FactRecord::other) + 1));
    fact.result = static_cast<FactResult>(*rc::gen::inRange(0, static_cast<int>(FactResult::cancel) + 1));
    fact.start = from_micros(any<std::int64_t>());
    fact.duration = Duration{any<bool>() ? 1 : any<std::int64_t>()};
    for (auto text : {&Fact::system, &Fact::name, &Fact::status, &Fact::edge, &Fact::message, &Fact::via,
                      &Fact::step_id, &Fact::instance, &Fact::alias, &Fact::note})
        fact.*text = any_text();
    fact.attempt = any<bool>() ? 0 : any<std::uint32_t>();
    fact.attempt_max = any<bool>() ? 0 : any<std::uint32_t>();
    fact.given_up = any<bool>();
    return fact;
}

Beat any_beat() {
    Beat beat;
    beat.seen_at = from_micros(any<std::int64_t>());
    for (auto number :
         {&Beat::received, &Beat::lost, &Beat::missing, &Beat::dropped, &Beat::rejected, &Beat::system_beats})
        beat.*number = any<std::int64_t>();
    const auto restarts = *rc::gen::inRange(0, 17);
    for (int i = 0; i < restarts; ++i) beat.restarts.push_back({any_text(), from_micros(any<std::int64_t>())});
    return beat;
}

std::string bytes_of(const Fact& fact) {
    std::string bytes;
    append_bytes(bytes, fact);
    return bytes;
}

}  // namespace

TEST_CASE("a fact comes back from its bytes as it was, and from no part of them") {
    CHECK(rc::check([] {
        const auto fact = any_fact();
        const auto bytes = bytes_of(fact);
        RC_ASSERT(fact_from_bytes(fact.id, fact.start, bytes).value() == fact);
        for (std::size_t size = 0; size < bytes.size(); ++size)
            RC_ASSERT_FALSE(fact_from_bytes(fact.id, fact.start, std::string_view{bytes}.substr(0, size)).has_value());
        RC_ASSERT_FALSE(fact_from_bytes(fact.id, fact.start, bytes + '\0').has_value());
    }));
}

TEST_CASE("a beat comes back from its bytes as it was, and from no part of them") {
    CHECK(rc::check([] {
        const auto beat = any_beat();
        const auto bytes = to_bytes(beat);
        RC_ASSERT(beat_from_bytes(bytes).value() == beat);
        for (std::size_t size = 0; size < bytes.size(); ++size)
            RC_ASSERT_FALSE(beat_from_bytes(std::string_view{bytes}.substr(0, size)).has_value());
        RC_ASSERT_FALSE(beat_from_bytes(bytes + '\0').has_value());
    }));
}

TEST_CASE("any bytes are a fact and a beat or none") {
    CHECK(rc::check([](const std::string& bytes) {
        const auto fact = fact_from_bytes({}, {}, bytes);
        RC_ASSERT(fact || fact.error().message == "a stored fact is damaged");
        const auto beat = beat_from_bytes(bytes);
        RC_ASSERT(beat || beat.error().message == "a stored beat is damaged");
    }));
}

TEST_CASE("bytes that no fact has are refused") {
    const std::string good{"\x04\x00\x01\x03mes", 7};
    REQUIRE(fact_from_bytes({}, {}, good));
    struct Row {
        std::string name, bytes;
    };
    const auto row =
        GENERATE(values<Row>({{"a record unknown", std::string{"\x0C\x00\x01\x03mes", 7}},
                              {"a result unknown", std::string{"\x04\x06\x01\x03mes", 7}},
                              {"a part unknown", std::string{"\x04\x00\x81\x80\x02\x03mes", 9}},
                              {"a text too long", std::string{"\x04\x00\x01\x04mes", 7}},
                              {"an attempt too high", std::string{"\x04\x00\x80\x20\xFF\xFF\xFF\xFF\x7F", 9}}}));
    CAPTURE(row.name);
    CHECK_FALSE(fact_from_bytes({}, {}, row.bytes));
}

TEST_CASE("a usual fact takes few bytes") {
    CHECK(bytes_of(test::status_fact(1, "crm", "CREATED", test::suite_begin)).size() == 30);
}
