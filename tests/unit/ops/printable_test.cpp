#include "ops/printable.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "base/text.h"

using namespace ordertrace;
using namespace std::string_literals;

TEST_CASE("text from outside is made printable") {
    struct Row {
        const char* name;
        std::string in;
        std::string log;
        std::string json;
    };
    auto row = GENERATE(values<Row>({
        {"empty", "", "", ""},
        {"plain", "step=cut_panel", "step=cut_panel", "step=cut_panel"},
        {"cyrillic and an emoji", "ЗК-77 \xF0\x9F\x98\x80", "ЗК-77 \xF0\x9F\x98\x80", "ЗК-77 \xF0\x9F\x98\x80"},
        {"a second line", "a\r\nb\tc", "a\\x0D\\x0Ab\\x09c", "a\r\nb\tc"},
        {"a terminal's escape", "\x1b[2J", "\\x1B[2J", "\x1b[2J"},
        {"NUL and DEL", "\0\x7F"s, "\\x00\\x7F", "\0\xEF\xBF\xBD"s},
        {"C1 as UTF-8", "\xC2\x9B"s, "\\xC2\\x9B", "\xEF\xBF\xBD"},
        {"no UTF-8", "\xC7\xCA-1", "\\xC7\\xCA-1", "\xEF\xBF\xBD\xEF\xBF\xBD-1"},
        {"a cut character", "a\xD0", "a\\xD0", "a\xEF\xBF\xBD"},
    }));
    CAPTURE(row.name);
    CHECK(printable(row.in) == row.log);
    CHECK(inert_utf8(row.in) == row.json);
}

TEST_CASE("whatever the bytes, what is printed is one line of UTF-8") {
    CHECK(rc::check([](const std::string& bytes) {
        const auto line = printable(bytes);
        RC_ASSERT(is_valid_utf8(line));
        RC_ASSERT(line.find_first_of("\n\r\x1b\x7f") == std::string::npos);
        RC_ASSERT(is_valid_utf8(inert_utf8(bytes)));
    }));
}
