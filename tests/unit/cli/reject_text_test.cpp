#include "cli/reject_text.h"

#include <catch2/catch.hpp>

using namespace ordertrace;

TEST_CASE("a reject is shown with a caret under its place") {
    struct Row {
        const char* name;
        RejectMeaning reject;
        std::string want;
    };
    auto row = GENERATE(values<Row>({
        {"marker",
         {RejectReason::marker, "hello", 0},
         "rejected (marker): no event; a line begins with ord1, a JSON event with {\n  hello\n  ^\n"},
        {"version",
         {RejectReason::version, "ord2 end 7", 0},
         "rejected (version): another version of the protocol; only ord1 and \"v\":1 are understood\n"
         "  ord2 end 7\n  ^\n"},
        {"verb",
         {RejectReason::verb, "ord1 12 7", 5},
         "rejected (verb): no verb; after ord1 comes a word of at most 16 letters, such as end or status\n"
         "  ord1 12 7\n       ^\n"},
        {"order, at the end",
         {RejectReason::order, "ord1 end", 8},
         "rejected (order): no order; the third word is the order id (- for beat only)\n  ord1 end\n          ^\n"},
        {"order_long",
         {RejectReason::order_long, "ord1 end 777", 9},
         "rejected (order_long): the order id is over 128 bytes; cut, it could be another order's\n"
         "  ord1 end 777\n           ^\n"},
        {"json",
         {RejectReason::json, "{\"v\":}", 5},
         "rejected (json): no JSON event; an object, an array of objects, or one object a line is\n"
         "  {\"v\":}\n       ^\n"},
        {"characters of two bytes",
         {RejectReason::order, "ЗКЗ x", 7},
         "rejected (order): no order; the third word is the order id (- for beat only)\n  ЗКЗ x\n      ^\n"},
        {"what would move the cursor",
         {RejectReason::marker, "a\tb\x1b[2J\xC2\x9B\xFFz", 9},
         "rejected (marker): no event; a line begins with ord1, a JSON event with {\n  a b [2J??z\n          ^\n"},
        {"an offset beyond the line",
         {RejectReason::marker, "ab", 9},
         "rejected (marker): no event; a line begins with ord1, a JSON event with {\n  ab\n    ^\n"},
    }));
    CAPTURE(row.name);
    CHECK(reject_text(row.reject) == row.want);
}

TEST_CASE("of a long line the surroundings of the place are shown") {
    const auto text = reject_text({RejectReason::order, std::string(200, 'a') + 'b' + std::string(200, 'c'), 200});
    CHECK(text == "rejected (order): no order; the third word is the order id (- for beat only)\n  ..." +
                      std::string(60, 'a') + 'b' + std::string(59, 'c') + "...\n" + std::string(65, ' ') + "^\n");
}
