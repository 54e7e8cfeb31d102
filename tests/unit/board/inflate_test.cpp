#include "board/inflate.h"

#include <catch2/catch.hpp>

#include "unit/board/board_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("gzip is inflated up to the limit") {
    const std::string text(100'000, 'x');
    CHECK(inflate_gzip(gzip(text), text.size()) == text);
    CHECK(inflate_gzip(gzip(""), 0) == "");
    CHECK(inflate_gzip(gzip("first ") + gzip("second"), 100) == "first second");
    CHECK(inflate_gzip(gzip(text), text.size() - 1).error() == InflateError::too_large);
}

TEST_CASE("what is no whole gzip says why") {
    const auto good = gzip(good_body());
    auto damaged = good;
    damaged[good.size() - 6] = static_cast<char>(damaged[good.size() - 6] ^ 0x55);  // in the checksum
    CHECK(inflate_gzip("plain bytes, none of them gzip", 100).error() == InflateError::not_gzip);
    CHECK(inflate_gzip("", 100).error() == InflateError::not_gzip);
    CHECK(inflate_gzip("\x1f\x8b", 100).error() == InflateError::not_gzip);
    CHECK(inflate_gzip(damaged, 1000).error() == InflateError::corrupt);
    CHECK(inflate_gzip(good.substr(0, good.size() - 1), 1000).error() == InflateError::corrupt);
    CHECK(inflate_gzip(good + "tail", 1000).error() == InflateError::corrupt);
}
