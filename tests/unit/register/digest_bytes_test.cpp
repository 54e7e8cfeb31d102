#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "orders/digest.h"

using namespace ordertrace;

namespace {

template <class Number = std::int64_t>
Number number() {
    return *rc::gen::arbitrary<Number>();
}
TimePoint time() { return from_micros(number()); }
std::string text() { return *rc::gen::arbitrary<std::string>(); }
bool flag() { return *rc::gen::arbitrary<bool>(); }

template <class Make>
auto list(Make make) {
    std::vector<decltype(make())> items;
    for (auto left = *rc::gen::inRange(0, 4); left > 0; --left) items.push_back(make());
    return items;
}

Verdict any_verdict() {
    Verdict verdict;
    verdict.kind = static_cast<VerdictKind>(*rc::gen::inRange(0, 11));
    verdict.blinded = static_cast<VerdictKind>(*rc::gen::inRange(0, 11));
    verdict.stage = text();
    verdict.stage_since = time();
    verdict.since = time();
    if (flag()) verdict.limit = Duration{number()};
    if (flag()) verdict.deadline = time();
    verdict.business = flag();
    verdict.overdue = flag();
    verdict.system = text();
    verdict.from = text();
    verdict.to = text();
    verdict.via = text();
    verdict.step = text();
    verdict.attempt = number<std::uint32_t>();
    verdict.attempt_max = number<std::uint32_t>();
    verdict.result = static_cast<FactResult>(*rc::gen::inRange(0, 6));
    verdict.note = text();
    verdict.by_restart = flag();
    verdict.to_act = text();
    verdict.expected_next = list(text);
    verdict.grounds = list([] { return SpanId{number<std::uint64_t>()}; });
    if (flag()) verdict.review_at = time();
    verdict.beats_of = list(text);
    return verdict;
}

OrderDigest any_digest() {
    OrderDigest digest;
    digest.order = text();
    digest.verdict = any_verdict();
    digest.stays = list([] {
        return Stay{text(), text(), time(), flag() ? std::optional{time()} : std::nullopt,
                    SpanId{number<std::uint64_t>()}};
    });
    digest.edges = list([] {
        return EdgeCount{text(), number<std::uint32_t>(), number<std::uint32_t>(), number<std::uint32_t>(), time()};
    });
    digest.runs = list([] { return StepRun{text(), text(), time(), Duration{number()}, flag()}; });
    digest.aliases = list(text);
    return digest;
}

}  // namespace

TEST_CASE("a digest comes back from its bytes") {
    CHECK(rc::check([] {
        const auto digest = any_digest();
        const auto back = digest_from_bytes(to_bytes(digest));
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == digest);
    }));
}

TEST_CASE("a digest cut anywhere is damaged, and so is one with more behind it") {
    CHECK(rc::check([] {
        const auto bytes = to_bytes(any_digest());
        for (std::size_t size = 0; size < bytes.size(); ++size)
            RC_ASSERT_FALSE(digest_from_bytes(std::string_view{bytes}.substr(0, size)).has_value());
        RC_ASSERT_FALSE(digest_from_bytes(bytes + '\0').has_value());
    }));
}

TEST_CASE("bytes of something else are read without harm") {
    CHECK(rc::check([] {
        const auto bytes = to_bytes(any_digest());
        auto other = bytes;
        other[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
        (void)digest_from_bytes(other);
        (void)digest_from_bytes(text());
    }));
}

TEST_CASE("a damaged digest says what to do") {
    const auto damaged = digest_from_bytes("\x05");
    REQUIRE_FALSE(damaged.has_value());
    CHECK(damaged.error().message == "the register's entry of an order is damaged (1 bytes): build the register anew");
}

TEST_CASE("a small digest takes few bytes") {
    OrderDigest digest;
    digest.order = "10042";
    CHECK(to_bytes(digest).size() < 50);
}
