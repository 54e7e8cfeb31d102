#include "intake/linger.h"

#include <catch2/catch.hpp>

using namespace ordertrace;

TEST_CASE("the pause fits the receive buffer really got") {
    CHECK(linger_for(0) == Duration{0});
    CHECK(linger_for(212'992) == Duration{512});         // 256 datagrams: the default buffer
    CHECK(linger_for(2ULL << 20U) == Duration{5040});    // 1 MiB asked
    CHECK(linger_for(8ULL << 20U) == Duration{20'000});  // 4 MiB asked
    CHECK(linger_for(~std::uint64_t{0}) == Duration{20'000});
}

TEST_CASE("no sender of 500,000 datagrams a second fills the buffer during the pause") {
    for (std::uint64_t bytes = 832; bytes < (64ULL << 20U); bytes *= 2) {
        const auto arrived = linger_for(bytes).count() * 500'000 / 1'000'000;
        CHECK(static_cast<std::uint64_t>(arrived) <= bytes / 832);
    }
}
