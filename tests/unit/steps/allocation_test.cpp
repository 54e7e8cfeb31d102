// A program of its own: it replaces the crypto library's allocator too by a counting one.
#include <cstdlib>

#include <openssl/crypto.h>
#include <catch2/catch.hpp>

#include "support/counting_new.h"
#include "unit/steps/step_fakes.h"

namespace {

std::size_t crypto_allocations = 0;

void* counted(std::size_t size) {
    ++crypto_allocations;
    return std::malloc(size);
}

void* crypto_new(std::size_t size, const char*, int) { return counted(size); }
void* crypto_resize(void* block, std::size_t size, const char*, int) {
    ++crypto_allocations;
    return std::realloc(block, size);
}
void crypto_delete(void* block, const char*, int) { std::free(block); }

const int crypto_counted = CRYPTO_set_mem_functions(crypto_new, crypto_resize, crypto_delete);

}  // namespace

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

class CountingSink : public StepSink {
public:
    std::size_t spans = 0;
    void span(const Span&, SpanOrigin) override { ++spans; }
    std::uint64_t step_record(StepRecord, std::string_view) override { return 1; }
};

}  // namespace

TEST_CASE("a span allocates nothing in steady state") {
    REQUIRE(crypto_counted == 1);
    CountingSink sink;
    Steps steps{rules_of(), Duration{0}, "mes", "shop", t0, sink};
    static constexpr std::array<std::string_view, 4> orders{"10042", "10043", "10044", "10045"};
    auto event = event_of(Verb::span, "cut_panel");
    event.step_id = "op-7";
    event.instance = "mes-2";
    event.note = "all of it";
    event.attributes.push_back(Tag::of_real("weight", 1.5));
    const auto run = [&](std::int64_t from, std::int64_t to) {
        for (auto i = from; i < to; ++i) {
            event.order = orders[static_cast<std::size_t>(i) % orders.size()];
            event.start = t0 + Duration{i};
            event.end = event.start + Duration{500};
            event.sequence = static_cast<std::uint64_t>(i);
            steps.apply(event, event.end);
        }
    };
    run(0, 12'000);
    const auto before = allocations() + crypto_allocations;
    CHECK(before > 0);
    run(12'000, 40'000);
    const auto after = allocations() + crypto_allocations;
    CHECK(after == before);
    CHECK(sink.spans == 40'000);
}
