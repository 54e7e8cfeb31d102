#include "orders/stays.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "unit/orders/orders_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

// "CREATED 09:00, PRICE_CALCULATED 10:00": where each stay began, in minutes and seconds where there are any.
std::string way_of(const Facts& facts) {
    std::string text;
    for (const auto& stay : stays_of(shop(), facts)) {
        const auto passed = std::chrono::duration_cast<std::chrono::seconds>(stay.since - at("00:00")).count();
        std::array<char, 32> clock{};
        (void)std::snprintf(clock.data(), clock.size(), " %02d:%02d:%02d", static_cast<int>(passed / 3600),
                            static_cast<int>(passed / 60 % 60), static_cast<int>(passed % 60));
        text += (text.empty() ? "" : ", ") + stay.stage + clock.data();
    }
    return text;
}

const auto created = status("online-shop", "CREATED", at("09:00"));
const auto approved = status("crm", "MANUFACTURING_APPROVED", at("11:00"));

}  // namespace

TEST_CASE("the way of an order through its stages") {
    struct Row {
        const char* name;
        Facts facts;
        const char* way;
    };
    const auto row = GENERATE(values<Row>({
        {"no facts", {}, ""},
        {"no status", {step("mes", "calc", at("10:00"), at("10:01"))}, ""},
        {"a status the lifecycle does not know",
         {created, status("mes", "PONDERING", at("10:00"))},
         "CREATED 09:00:00"},
        {"reported by the system that sets it", priced_and_seen(), "CREATED 09:00:00, PRICE_CALCULATED 10:00:00"},
        {"reports by others only confirm",
         {created, status("crm", "PRICE_CALCULATED", at("10:00"))},
         "CREATED 09:00:00"},
        {"a late confirmation does not turn it back", priced() + Facts{status("crm", "CREATED", at("10:30"))},
         "CREATED 09:00:00, PRICE_CALCULATED 10:00:00"},
        {"where nobody is named anyone may set it",
         {created, status("crm", "CANCELLED", at("09:30"))},
         "CREATED 09:00:00, CANCELLED 09:30:00"},
        {"a repeated status goes on with the stay",
         {created, status("online-shop", "CREATED", at("09:30"))},
         "CREATED 09:00:00"},
        {"a status set by anyone goes on when others repeat it",
         {status("mes", "CANCELLED", at("09:31")), created, status("crm", "CANCELLED", at("09:30"))},
         "CREATED 09:00:00, CANCELLED 09:30:00"},
        {"an earlier stage set again is a return",
         priced() + Facts{approved, status("mes", "PRICE_CALCULATED", at("12:00"))},
         "CREATED 09:00:00, PRICE_CALCULATED 10:00:00, MANUFACTURING_APPROVED 11:00:00, PRICE_CALCULATED 12:00:00"},
        {"another system's clock is behind by less than the skew",
         {created, approved, status("mes", "MANUFACTURING_STARTED", at("10:59:31"))},
         "CREATED 09:00:00, MANUFACTURING_APPROVED 10:59:31, MANUFACTURING_STARTED 10:59:31"},
        {"behind by the skew it is a return",
         {created, approved, status("mes", "MANUFACTURING_STARTED", at("10:59:30"))},
         "CREATED 09:00:00, MANUFACTURING_STARTED 10:59:30, MANUFACTURING_APPROVED 11:00:00"},
        {"the furthest of those within the skew",
         {created, approved, status("mes", "MANUFACTURING_STARTED", at("10:59:40")),
          status("mes", "MANUFACTURING_COMPLETED", at("10:59:50"))},
         "CREATED 09:00:00, MANUFACTURING_STARTED 10:59:40, MANUFACTURING_APPROVED 10:59:50, "
         "MANUFACTURING_COMPLETED 10:59:50"},
        {"one that cannot be reached from it stays behind",
         {created, status("mes", "PRICE_CALCULATED", at("10:59:50")), approved},
         "CREATED 09:00:00, PRICE_CALCULATED 10:59:50, MANUFACTURING_APPROVED 11:00:00"},
        {"one system's own times are never reordered",
         {created, status("mes", "MANUFACTURING_STARTED", at("10:59:50")),
          status("mes", "PRICE_CALCULATED", at("11:00"))},
         "CREATED 09:00:00, MANUFACTURING_STARTED 10:59:50, PRICE_CALCULATED 11:00:00"},
        {"nor is what it went back from taken for the furthest",
         {created, approved, status("mes", "MANUFACTURING_STARTED", at("10:59:40")),
          status("mes", "PRICE_CALCULATED", at("10:59:50"))},
         "CREATED 09:00:00, MANUFACTURING_STARTED 10:59:40, PRICE_CALCULATED 10:59:50, MANUFACTURING_APPROVED "
         "11:00:00"},
        {"of one moment the further one comes last",
         {created, status("mes", "SHIPPED", at("12:00")), status("mes", "PACKAGING", at("12:00")),
          status("mes", "MANUFACTURING_COMPLETED", at("12:00"))},
         "CREATED 09:00:00, MANUFACTURING_COMPLETED 12:00:00, PACKAGING 12:00:00, SHIPPED 12:00:00"},
    }));
    CAPTURE(row.name);
    auto facts = row.facts;
    CHECK(way_of(facts) == row.way);
    std::reverse(facts.begin(), facts.end());
    CHECK(way_of(facts + facts) == row.way);
}

TEST_CASE("a stay tells who began it, by which fact, and when it ended") {
    const auto facts = priced_and_seen();
    const auto stays = stays_of(shop(), facts);
    REQUIRE(stays.size() == 2);
    CHECK(stays[0] == Stay{"CREATED", "online-shop", at("09:00"), at("10:00"), facts[0].id});
    CHECK(stays[1] == Stay{"PRICE_CALCULATED", "mes", at("10:00"), std::nullopt, facts[3].id});
}

TEST_CASE("stages that lead to each other are taken by time alone") {
    Lifecycle round;
    round.stages = {{"A", "a", {}, {"B"}, {}, false}, {"B", "b", {}, {"A"}, {}, false}};
    const auto stays = stays_of(round, {status("a", "A", at("10:00:10")), status("b", "B", at("10:00:05"))});
    REQUIRE(stays.size() == 2);
    CHECK(stays.back().stage == "A");
}

TEST_CASE("of two facts with one id the same one counts in either order") {
    const auto one = status("mes", "PRICE_CALCULATED", at("10:00"));
    auto two = status("mes", "PACKAGING", at("10:30"));
    two.id = one.id;
    CHECK(stays_of(shop(), {one, two}) == stays_of(shop(), {two, one}));
    CHECK(stays_of(shop(), {one, two}).size() == 1);
}
