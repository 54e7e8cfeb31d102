#include <catch2/catch.hpp>

#include "unit/register/fake_store.h"
#include "unit/register/register_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

OrderFacts read_one(FakeStore& store, const std::string& order) {
    const auto orders = read_orders(store, {order});
    REQUIRE(orders.has_value());
    REQUIRE(orders->size() == 1);
    CHECK(orders->front().order == order);
    return orders->front();
}

std::vector<std::string> statuses_of(const OrderFacts& order) {
    std::vector<std::string> texts;
    for (const auto& fact : order.facts)
        if (fact.record == FactRecord::status) texts.push_back(fact.system + ' ' + fact.status);
    return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("an order without aliases has its own facts, by time, each once") {
    FakeStore store;
    store.add("1", status_fact("mes", "B", t0 + 2s));
    store.add("1", status_fact("mes", "A", t0));
    store.add("1", status_fact("mes", "B", t0 + 2s));
    store.add("2", status_fact("mes", "C", t0));
    const auto order = read_one(store, "1");
    CHECK(statuses_of(order) == Texts{"mes A", "mes B"});
    CHECK(order.aliases.empty());
    CHECK(order.alias_of.empty());
    CHECK_FALSE(order.truncated);
}

TEST_CASE("an order nobody spoke of has no facts") {
    FakeStore store;
    CHECK(read_one(store, "1").facts.empty());
}

TEST_CASE("facts of an alias in its system count as facts of the order") {
    FakeStore store;
    store.add("1", alias_fact("crm", "sap:77", t0 + 1min));
    store.add("1", status_fact("mes", "A", t0));
    store.add("77", status_fact("sap", "B", t0 + 1s));
    store.add("77", status_fact("crm", "C", t0 + 2s));
    const auto order = read_one(store, "1");
    CHECK(statuses_of(order) == Texts{"mes A", "sap B"});
    CHECK(order.aliases == Texts{"sap:77"});
    const auto alias = read_one(store, "77");
    CHECK(alias.alias_of == "1");
    CHECK(alias.aliases.empty());
    CHECK(statuses_of(alias) == Texts{"sap B", "crm C"});
}

TEST_CASE("of two claims the first in time wins, then the smaller order") {
    struct Row {
        const char* name;
        std::chrono::seconds at_1, at_2;
        const char* winner;
    };
    const auto row = GENERATE(values<Row>({{"the first in time", 2s, 1s, "2"}, {"the smaller order", 1s, 1s, "1"}}));
    CAPTURE(row.name);
    FakeStore store;
    store.add("1", alias_fact("crm", "sap:77", t0 + row.at_1));
    store.add("2", alias_fact("crm", "sap:77", t0 + row.at_2));
    store.add("77", status_fact("sap", "B", t0));
    CHECK(read_one(store, "77").alias_of == row.winner);
    for (const auto* order : {"1", "2"})
        CHECK(read_one(store, order).aliases == (row.winner == std::string{order} ? Texts{"sap:77"} : Texts{}));
}

TEST_CASE("one id may be an alias in two systems, of two orders") {
    FakeStore store;
    store.add("1", alias_fact("crm", "sap:77", t0 + 1s));
    store.add("2", alias_fact("crm", "dhl:77", t0));
    store.add("77", status_fact("sap", "A", t0));
    store.add("77", status_fact("dhl", "B", t0));
    CHECK(statuses_of(read_one(store, "1")) == Texts{"sap A"});
    CHECK(statuses_of(read_one(store, "2")) == Texts{"dhl B"});
    CHECK(read_one(store, "77").alias_of == "2");
}

TEST_CASE("aliases are followed for one hop") {
    FakeStore store;
    store.add("1", alias_fact("crm", "sap:2", t0));
    store.add("2", alias_fact("sap", "dhl:3", t0));
    store.add("2", status_fact("sap", "A", t0));
    store.add("3", status_fact("dhl", "B", t0));
    CHECK(statuses_of(read_one(store, "1")) == Texts{"sap A"});
    CHECK(read_one(store, "2").alias_of == "1");
    CHECK(read_one(store, "2").aliases.empty());
    CHECK(read_one(store, "3").alias_of.empty());
}

TEST_CASE("a claim of one who is claimed himself wins against nobody") {
    FakeStore store;
    store.add("1", alias_fact("crm", "sap:2", t0));
    store.add("2", alias_fact("sap", "dhl:3", t0));
    store.add("4", alias_fact("crm", "dhl:3", t0 + 1h));
    store.add("3", status_fact("dhl", "B", t0));
    CHECK(read_one(store, "3").alias_of == "4");
    CHECK(statuses_of(read_one(store, "4")) == Texts{"dhl B"});
}

TEST_CASE("of two orders that claim each other the earlier claim counts") {
    FakeStore store;
    store.add("A-7", alias_fact("crm", "shop:10042", t0 + 1s));
    store.add("A-7", status_fact("crm", "A", t0));
    store.add("10042", alias_fact("shop", "crm:A-7", t0));
    store.add("10042", status_fact("shop", "B", t0 + 1s));
    const auto order = read_one(store, "10042");
    CHECK(statuses_of(order) == Texts{"crm A", "shop B"});
    CHECK(order.alias_of.empty());
    CHECK(read_one(store, "A-7").alias_of == "10042");
}

TEST_CASE("an alias that names the order itself or nothing is none") {
    const auto alias = GENERATE(std::string{"sap:1"}, std::string{"sap:"}, std::string{"sap"});
    CAPTURE(alias);
    FakeStore store;
    store.add("1", alias_fact("crm", alias, t0));
    const auto order = read_one(store, "1");
    CHECK(order.alias_of.empty());
    CHECK(order.aliases.empty());
}

TEST_CASE("many orders cost few calls") {
    FakeStore store;
    std::vector<std::string> ids;
    for (int i = 0; i < 100; ++i) {
        ids.push_back(std::to_string(i));
        store.add(ids.back(), alias_fact("crm", "sap:S" + ids.back(), t0));
        store.add("S" + ids.back(), status_fact("sap", "A", t0));
    }
    const auto orders = read_orders(store, ids);
    REQUIRE(orders.has_value());
    CHECK(store.calls() == 4);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        CHECK((*orders)[i].order == ids[i]);
        CHECK((*orders)[i].facts.size() == 2);
    }
}

TEST_CASE("of too many facts the latest stay, and the order says so") {
    const auto count = GENERATE(values({FactLimits::per_order, FactLimits::per_order + 2}));
    FakeStore store;
    for (std::size_t i = 0; i < count; ++i) store.add("1", step_fact("mes", "cut", t0 + std::chrono::seconds{i}, 1s));
    const auto order = read_one(store, "1");
    CHECK(order.facts.size() == FactLimits::per_order);
    CHECK(order.truncated == (count > FactLimits::per_order));
    CHECK(order.facts.back().start == t0 + std::chrono::seconds{count - 1});
}

TEST_CASE("what the store cannot do is said") {
    FakeStore store;
    store.fail_with("the store is locked");
    const auto orders = read_orders(store, {"1"});
    REQUIRE_FALSE(orders.has_value());
    CHECK(orders.error().message == "the store is locked");
}
