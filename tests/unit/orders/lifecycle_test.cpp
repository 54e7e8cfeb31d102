#include "orders/lifecycle.h"

#include <catch2/catch.hpp>

#include "unit/orders/orders_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("stages and systems are found by name") {
    CHECK(shop().find_stage("PACKAGING")->set_by == "mes");
    CHECK(shop().find_stage("packaging") == nullptr);
    CHECK(shop().find_system("crm")->silent_after == std::chrono::minutes{15});
    CHECK(shop().find_system("erp") == nullptr);
}

TEST_CASE("which stage leads to which") {
    struct Row {
        const char *from, *to;
        bool leads;
    };
    const auto row = GENERATE(values<Row>({
        {"CREATED", "PRICE_CALCULATED", true},
        {"CREATED", "SHIPPED", true},
        {"SHIPPED", "CREATED", false},
        {"CREATED", "CREATED", false},
        {"MANUFACTURING_STARTED", "CANCELLED", false},
        {"MANUFACTURING_APPROVED", "CANCELLED", true},
        {"NOWHERE", "CREATED", false},
        {"CREATED", "NOWHERE", false},
    }));
    CAPTURE(row.from, row.to);
    CHECK(shop().leads_to(row.from, row.to) == row.leads);
}

TEST_CASE("stages that lead round end, and lead to themselves") {
    Lifecycle round;
    round.stages = {
        {"A", "", {}, {"B", "B", "X"}, {}, false}, {"B", "", {}, {"C", "A"}, {}, false}, {"C", "", {}, {}, {}, true}};
    CHECK(round.leads_to("A", "A"));
    CHECK(round.leads_to("A", "C"));
    CHECK_FALSE(round.leads_to("C", "C"));
    CHECK(round.stages_left(round.stages[0]) == 3);
    CHECK(round.stages_left(round.stages[2]) == 1);
}

TEST_CASE("the fewer stages are left, the further on an order is") {
    std::vector<std::size_t> left;
    for (const auto& stage : shop().stages) left.push_back(shop().stages_left(stage));
    CHECK(left == std::vector<std::size_t>{8, 7, 6, 4, 3, 2, 1, 1});
}

TEST_CASE("a limit ends by the clock or in open hours") {
    using namespace std::chrono;
    // 14:30 UTC is half an hour before the office in Moscow closes.
    CHECK(shop().deadline(at("14:30"), {1h, false}) == at("15:30"));
    CHECK(shop().deadline(at("14:30"), {1h, true}) == at("1d 06:30"));
    CHECK(shop().deadline(TimePoint::max() - 1h, {2h, false}) == TimePoint::max());
}
