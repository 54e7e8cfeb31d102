#include "doors/http_door.h"

#include <catch2/catch.hpp>

using namespace ordertrace;

TEST_CASE("bad lines are named by number, reason and what is wrong") {
    ParcelOutcome outcome;
    CHECK(bad_lines_text(outcome).empty());
    outcome.rejected = 3;
    outcome.bad_lines = {{2, RejectReason::order}, {7, RejectReason::json}};
    CHECK(bad_lines_text(outcome) ==
          "line 2: order: no order; the third word is the order id (- for beat only)\n"
          "line 7: json: no JSON event; an object, an array of objects, or one object a line is\n"
          "and 1 more bad lines\n");
}
