#include "board/received_orders.h"

#include <catch2/catch.hpp>

using namespace ordertrace;

namespace {

ReceivedSpan span_of(std::string order, std::uint64_t id, std::vector<ReceivedTag> more = {}) {
    ReceivedSpan span{.trace = {1, 2}, .id = {id}, .name = "calc_price", .tags = {}};
    span.tags = {{"order.id", std::move(order)}, {"order.namespace", "shop"}, {"order.record", "step"}};
    span.tags.insert(span.tags.end(), more.begin(), more.end());
    return span;
}

std::vector<std::string> ids_of(const ReceivedOrders& orders) {
    std::vector<std::string> ids;
    for (const auto& order : orders.orders()) ids.push_back(order.id);
    return ids;
}

}  // namespace

TEST_CASE("spans are kept by order, each once") {
    ReceivedOrders orders{{}};
    orders.add({"mes", {span_of("A", 1), span_of("B", 2), span_of("A", 3)}});
    orders.add({"mes", {span_of("A", 1)}});
    CHECK(ids_of(orders) == std::vector<std::string>{"A", "B"});
    REQUIRE(orders.find("A").size() == 1);
    CHECK(orders.find("A").front()->rows.size() == 2);
    CHECK(orders.find("C").empty());
    CHECK(orders.counters().spans_received == 4);
    CHECK(orders.counters().spans_duplicate == 1);
    CHECK(orders.spans() == 3);
}

TEST_CASE("the same span id in another trace is another span") {
    ReceivedOrders orders{{}};
    auto other = span_of("A", 1);
    other.trace = {1, 3};
    orders.add({"mes", {span_of("A", 1), other}});
    CHECK(orders.spans() == 2);
}

TEST_CASE("an order id of two namespaces is two orders") {
    ReceivedOrders orders{{}};
    auto other = span_of("A", 2);
    other.tags[1].value = "second";
    orders.add({"mes", {span_of("A", 1), other, span_of("AB", 3)}});
    CHECK(orders.find("A").size() == 2);
}

TEST_CASE("a span without an order is counted and not kept") {
    ReceivedOrders orders{{}};
    ReceivedSpan beat{.name = "beat", .tags = {{"order.record", "beat"}}};
    auto number = span_of("A", 1);
    number.tags[0].value = std::int64_t{10042};  // order.id is always a STRING
    orders.add({"mes", {beat, number, span_of(std::string(129, 'x'), 2)}});
    CHECK(orders.orders().empty());
    CHECK(orders.counters().spans_without_order == 3);
}

TEST_CASE("beyond max_orders the first to come is forgotten") {
    ReceivedOrders orders{{.max_orders = 2, .max_spans = 100}};
    orders.add({"mes", {span_of("A", 1), span_of("B", 2), span_of("A", 3), span_of("C", 4)}});
    CHECK(ids_of(orders) == std::vector<std::string>{"B", "C"});
    CHECK(orders.counters().orders_forgotten == 1);
    CHECK(orders.spans() == 2);
    orders.add({"mes", {span_of("A", 1)}});
    CHECK(ids_of(orders) == std::vector<std::string>{"C", "A"});
    CHECK(orders.counters().spans_duplicate == 0);
}

TEST_CASE("beyond max_spans the first orders are forgotten, never the one being told of") {
    ReceivedOrders orders{{.max_orders = 10, .max_spans = 3}};
    orders.add({"mes", {span_of("A", 1), span_of("A", 2), span_of("B", 3), span_of("B", 4)}});
    CHECK(ids_of(orders) == std::vector<std::string>{"B"});
    orders.add({"mes", {span_of("B", 5), span_of("B", 6)}});
    CHECK(orders.find("B").front()->rows.size() == 3);
    CHECK(orders.counters().spans_refused == 1);
    CHECK(orders.counters().orders_forgotten == 1);
    orders.add({"mes", {span_of("C", 7)}});
    CHECK(ids_of(orders) == std::vector<std::string>{"C"});
}

TEST_CASE("a row's note says what the record is about") {
    struct Row {
        const char* name;
        std::vector<ReceivedTag> tags;
        std::vector<ReceivedLog> logs;
        std::string want;
    };
    auto row = GENERATE(values<Row>({
        {"nothing", {}, {}, ""},
        {"attempt and reason",
         {{"attempt", std::int64_t{3}}, {"attempt.max", std::int64_t{3}}, {"otel.status_description", "timeout"}},
         {},
         "attempt 3 of 3; timeout"},
        {"attempt alone", {{"attempt", std::int64_t{2}}}, {}, "attempt 2"},
        {"hand-off",
         {{"order.edge", "mes>crm"}, {"messaging.destination.name", "q.price"}, {"messaging.message.id", "9f1c"}},
         {},
         "by q.price; message 9f1c"},
        {"alias", {{"order.alias", "crm:77"}}, {}, "crm:77"},
        {"abandoned", {{"abandoned.reason", "limit"}}, {}, "given up: limit"},
        {"notes",
         {},
         {{from_micros(1), {{"event", "note"}, {"message", "one"}}}, {from_micros(2), {{"message", "two"}}}},
         "one; two"},
    }));
    CAPTURE(row.name);
    ReceivedOrders orders{{}};
    auto span = span_of("A", 1, row.tags);
    span.logs = row.logs;
    orders.add({"mes", {span}});
    CHECK(orders.orders().front().rows.front().note == row.want);
}

TEST_CASE("long texts are cut at a character boundary") {
    ReceivedOrders orders{{}};
    std::string cyrillic;
    for (int i = 0; i < 2'000; ++i) cyrillic += "З";
    auto span = span_of("A", 1, {{"otel.status_description", cyrillic}});
    span.name = "x" + cyrillic;
    orders.add({cyrillic, {span}});
    const auto& row = orders.orders().front().rows.front();
    CHECK(row.system == cyrillic.substr(0, ReceivedOrders::max_name));
    CHECK(row.name == "x" + cyrillic.substr(0, ReceivedOrders::max_name - 2));
    CHECK(row.note == cyrillic.substr(0, ReceivedOrders::max_note));
}
