#include "base/display_text.h"

#include <catch2/catch.hpp>

using namespace ordertrace;

TEST_CASE("foreign text cannot act on a terminal") {
    struct Row {
        const char* name;
        std::string in;
        std::string want;
    };
    auto row = GENERATE(values<Row>({{"plain", "step 1", "step 1"},
                                     {"cyrillic", "заказ ЗК-77", "заказ ЗК-77"},
                                     {"escape sequence", "\x1b[31mred", "\\x1b[31mred"},
                                     {"line ends", "a\r\nb\tc", "a\\r\\nb\\tc"},
                                     {"nul", std::string{"a\0b", 3}, "a\\x00b"},
                                     {"delete", "\x7f", "\\x7f"},
                                     {"C1 control",
                                      "\xc2\x9b"
                                      "31m",
                                      "\\u{9b}31m"},
                                     {"right to left override", "a\u202eb", "a\\u{202e}b"},
                                     {"zero width space", "a\u200bb", "a\\u{200b}b"},
                                     {"line separator", "a\u2028b", "a\\u{2028}b"},
                                     {"no UTF-8", "a\xff\xc7z", "a\\xff\\xc7z"},
                                     {"cut character", "a\xd0", "a\\xd0"},
                                     {"emoji", "\U0001F600", "\U0001F600"}}));
    CAPTURE(row.name);
    CHECK(make_inert(row.in) == row.want);
}

TEST_CASE("width is counted in columns") {
    CHECK(display_width("") == 0);
    CHECK(display_width("order") == 5);
    CHECK(display_width("заказ") == 5);
    CHECK(display_width("й"
                        "и\u0306") == 2);
    CHECK(display_width("注文") == 4);
    CHECK(display_width("\U0001F600") == 2);
}

TEST_CASE("what does not fit ends in an ellipsis") {
    CHECK(fit("заказ", 5) == "заказ");
    CHECK(fit("заказы", 5) == "зака…");
    CHECK(fit("注文です", 5) == "注文…");
    CHECK(fit("注文です", 4) == "注…");
    CHECK(fit("ab", 1) == "…");
}
