#include <catch2/catch.hpp>

#include "board/api.h"
#include "board/url_text.h"
#include "unit/register/register_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("parameters of lists") {
    struct Row {
        const char* name;
        bool lost;
        std::string_view query;
        std::string stage, edge;
        std::optional<TimePoint> since_before;
        std::size_t limit;
        std::string cursor;
    };
    auto row = GENERATE(values<Row>({
        {"none", false, "", "", "", {}, 100, ""},
        {"none, lost", true, "", "", "", {}, 100, ""},
        {"all of stuck", false, "stage=CREATED&older=1h30m&limit=1000&cursor=17:%D0%97%D0%9A+1", "CREATED", "",
         t0 - 90min, 1000, "17:ЗК 1"},
        {"all of lost", true, "edge=mes%3Ecrm&limit=1&cursor=17:a", "", "mes>crm", {}, 1, "17:a"},
        {"an edge with a colon", true, "edge=mes:crm", "", "mes>crm", {}, 100, ""},
        {"an edge as it is", true, "edge=mes>crm", "", "mes>crm", {}, 100, ""},
        {"fields nobody filled in", false, "stage=&older=&limit=&cursor=&&", "", "", {}, 100, ""},
        {"older than anything", false, "older=99999d", "", "", TimePoint{}, 100, ""},
    }));
    CAPTURE(row.name);
    const auto query = list_query(row.query, row.lost, shop_lifecycle(), t0);
    REQUIRE(query);
    CHECK(query->hand_offs_only == row.lost);
    CHECK(query->stage == row.stage);
    CHECK(query->edge == row.edge);
    CHECK(query->since_before == row.since_before);
    CHECK(query->limit == row.limit);
    CHECK(query->cursor == row.cursor);
}

TEST_CASE("a wrong parameter is named") {
    struct Row {
        bool lost;
        std::string_view query;
        std::string_view want;
    };
    auto row = GENERATE(values<Row>({
        {false, "stage=NONE", "stage: the lifecycle has no stage \"NONE\"; /api/stages names them"},
        {false, "older=4", "older: \"4\" has no unit; write 4ms, 4s, 4m, …"},
        {false, "older=soon", "older: \"soon\" is no duration; write a number with a unit: 200ms, 5s, 15m, 24h or 10d"},
        {false, "limit=0", "limit: \"0\" is no number from 1 to 1000"},
        {false, "limit=1001", "limit: \"1001\" is no number from 1 to 1000"},
        {false, "limit=-1", "limit: \"-1\" is no number from 1 to 1000"},
        {false, "limit=1x", "limit: \"1x\" is no number from 1 to 1000"},
        {false, "limit=1&limit=2", "limit: given twice; once is enough"},
        {false, "edge=mes:crm", "\"edge\" is no parameter here; there are stage, older, limit and cursor"},
        {true, "stage=CREATED", "\"stage\" is no parameter here; there are edge, limit and cursor"},
        {true, "edge=mes", "edge: \"mes\" names no two systems; write it like mes>crm or mes:crm"},
        {true, "edge=>crm", "edge: \">crm\" names no two systems; write it like mes>crm or mes:crm"},
        {true, "edge=mes:", "edge: \"mes:\" names no two systems; write it like mes>crm or mes:crm"},
        {true, "edge=mes:erp", "edge: the lifecycle has no system \"erp\"; /api/systems names them"},
        {true, "edge=mes%3", "edge: the value is no text; check its percent signs"},
        {false, "cursor=%FF", "cursor: the value is no text; check its percent signs"},
        {false, "%zz=1", "the query has a parameter whose name is no text; check its escapes"},
    }));
    CAPTURE(row.query);
    const auto query = list_query(row.query, row.lost, shop_lifecycle(), t0);
    REQUIRE_FALSE(query);
    CHECK(query.error().message == row.want);
}

TEST_CASE("an order's id is decoded strictly") {
    struct Row {
        const char* name;
        std::string encoded;
        std::string want;
        std::string wrong;
    };
    const std::string no_escape =
        "order: a percent sign must begin an escape such as %20; write the sign itself as %25";
    auto row = GENERATE_COPY(values<Row>({
        {"plain", "10042", "10042", ""},
        {"cyrillic", "%D0%97%d0%9a-77", "ЗК-77", ""},
        {"all that a path may not hold", "a%2Fb%3Fc%25", "a/b?c%", ""},
        {"a plus is a plus", "a+b", "a+b", ""},
        {"a slash as it is", "a/b", "a/b", ""},
        {"as long as an id may be", std::string(128, 'x'), std::string(128, 'x'), ""},
        {"one byte more", std::string(129, 'x'), "", "order: the id is over 128 bytes, which no order has"},
        {"nothing", "", "", "order: the id is missing"},
        {"a cut escape", "1%2", "", no_escape},
        {"a bare percent sign", "100%", "", no_escape},
        {"no hexadecimal digit", "%2g", "", no_escape},
        {"no UTF-8", "%ff", "", "order: the id is no UTF-8 text"},
        {"a NUL", "1%00", "", "order: the id is no UTF-8 text"},
    }));
    CAPTURE(row.name);
    const auto id = order_id_of(row.encoded);
    if (row.wrong.empty()) {
        REQUIRE(id);
        CHECK(*id == row.want);
    } else {
        REQUIRE_FALSE(id);
        CHECK(id.error().message == row.wrong);
    }
}
