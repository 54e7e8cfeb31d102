#include "base/text.h"

#include <catch2/catch.hpp>

using namespace ordertrace;

TEST_CASE("UTF-8 is judged as RFC 3629 does") {
    struct Row {
        const char* name;
        std::string_view in;
        bool want;
    };
    auto row = GENERATE(values<Row>({{"empty", "", true},
                                     {"ascii", "abc", true},
                                     {"cyrillic", "ЗК-77", true},
                                     {"four bytes", "\xF0\x9F\x98\x80", true},
                                     {"lone continuation", "\x80", false},
                                     {"overlong slash", "\xC0\xAF", false},
                                     {"overlong three", "\xE0\x80\x80", false},
                                     {"surrogate", "\xED\xA0\x80", false},
                                     {"above U+10FFFF", "\xF4\x90\x80\x80", false},
                                     {"cut", "\xD0", false},
                                     {"windows-1251", "\xC7\xCA", false}}));
    CAPTURE(row.name);
    CHECK(is_valid_utf8(row.in) == row.want);
}

TEST_CASE("a cut ends at a character boundary") {
    CHECK(cut_utf8("abc", 3) == "abc");
    CHECK(cut_utf8("abcd", 3) == "abc");
    CHECK(cut_utf8("aЗК", 2) == "a");
    CHECK(cut_utf8("aЗК", 3) == "aЗ");
    CHECK(cut_utf8("З", 1).empty());
}

TEST_CASE("keys are compared without case, other bytes exactly") {
    CHECK(equals_ignore_case("Step", "sTEP"));
    CHECK_FALSE(equals_ignore_case("step", "steps"));
    CHECK_FALSE(equals_ignore_case("@", "`"));
}
