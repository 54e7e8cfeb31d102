#include "base/glob.h"

#include <catch2/catch.hpp>

using namespace ordertrace;

TEST_CASE("globs") {
    struct Row {
        const char* pattern;
        const char* text;
        bool want;
    };
    const auto row = GENERATE(values<Row>({
        {"*", "", true},
        {"*", "mes", true},
        {"mes", "mes", true},
        {"mes", "mes2", false},
        {"", "", true},
        {"", "x", false},
        {"m?s", "mes", true},
        {"m?s", "ms", false},
        {"a*c", "abbbc", true},
        {"a*c", "abbb", false},
        {"*b*", "abc", true},
        {"*b*", "ac", false},
        {"a*b*c", "axbxbc", true},
        {"**", "x", true},
        {"*.mes", "a.mes", true},
        {"?", "", false},
    }));
    CAPTURE(row.pattern, row.text);
    CHECK(matches_glob(row.pattern, row.text) == row.want);
}
