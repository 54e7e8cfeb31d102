#include "board/collect.h"

#include <catch2/catch.hpp>

#include "unit/board/board_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

std::string what_is_wrong(std::string_view listen) {
    const auto endpoint = parse_loopback(listen);
    return endpoint ? "taken" : endpoint.error().message;
}

HttpResponse ask(Collector& collector, boost::beast::http::verb method, std::string_view target,
                 std::string body = {}) {
    HttpRequest request{method, boost::beast::string_view{target.data(), target.size()}, 11};
    request.set(boost::beast::http::field::content_type, "application/x-thrift");
    request.body() = std::move(body);
    return collector.answer(request);
}

HttpResponse get(Collector& collector, std::string_view target) {
    return ask(collector, boost::beast::http::verb::get, target);
}

std::string order_body(std::string_view order, std::uint64_t id) {
    return batch_bytes("mes", {span_bytes(id, "a", {text_tag_bytes("order.id", order)})});
}

}  // namespace

TEST_CASE("only a loopback address is listened on") {
    CHECK(parse_loopback("127.0.0.1:4751")->port() == 4751);
    CHECK(parse_loopback("127.0.0.1:0")->port() == 0);
    CHECK(parse_loopback("[::1]:4751")->address().is_v6());
    CHECK(what_is_wrong("0.0.0.0:4751") ==
          "--listen 0.0.0.0:4751: only a loopback address is taken, for nobody is asked who he is; use 127.0.0.1");
    CHECK(what_is_wrong("localhost:4751") ==
          "--listen localhost:4751: no IP address; write it like 127.0.0.1:4751 or [::1]:4751");
    CHECK(what_is_wrong("127.0.0.1") == "--listen 127.0.0.1: no port; write it like 127.0.0.1:4751");
    CHECK(what_is_wrong("127.0.0.1:65536") == "--listen 127.0.0.1:65536: the port is no number from 0 to 65535");
    CHECK(what_is_wrong("127.0.0.1:") == "--listen 127.0.0.1:: the port is no number from 0 to 65535");
}

TEST_CASE("what was posted is shown, all orders or one") {
    boost::asio::io_context context;
    Collector collector{context, CollectSettings{}};
    CHECK(get(collector, "/orders").body() == "no orders yet\n");
    CHECK(ask(collector, boost::beast::http::verb::post, "/api/traces", good_body()).result_int() == 202);
    CHECK(ask(collector, boost::beast::http::verb::post, "/api/traces", order_body("ЗК 7/7", 2)).result_int() == 202);

    const std::string first =
        "Order 10042  (namespace shop, 1 record of 1 system, trace 00000000000000110000000000000022)\n"
        "  time          system  record  name        result  duration  note\n"
        "  ────────────  ──────  ──────  ──────────  ──────  ────────  ────\n"
        "  00:00:00.120  mes     step    calc_price  ok      723.0 ms\n";
    CHECK(get(collector, "/orders/10042").body() == first);
    const auto second = get(collector, "/orders/%D0%97%d0%9a%207%2F7").body();
    CHECK(second.starts_with("Order ЗК 7/7  "));
    CHECK(get(collector, "/orders").body() == first + "\n" + second);
}

TEST_CASE("what is not there is said") {
    boost::asio::io_context context;
    Collector collector{context, CollectSettings{}};
    const auto none = get(collector, "/orders/%1b[2J100%");
    CHECK(none.result_int() == 404);
    CHECK(none.body() == "no such order: \\x1b[2J100%\n");
    CHECK(get(collector, "/").body() == "not found: there are /orders, /orders/ID, /metrics and /healthz\n");
    CHECK(get(collector, "/orders/").result_int() == 404);
    CHECK(get(collector, "/healthz").body() == "ok\n");
}

TEST_CASE("limits are obeyed and counted") {
    boost::asio::io_context context;
    CollectSettings settings;
    settings.keep = {.max_orders = 1, .max_spans = 10};
    Collector collector{context, settings};
    for (std::uint64_t i = 0; i < 3; ++i)
        CHECK(ask(collector, boost::beast::http::verb::post, "/api/traces", order_body(std::to_string(i), i))
                  .result_int() == 202);
    const auto metrics = get(collector, "/metrics").body();
    CHECK(metrics.find("\nordertrace_board_spans_received_total 3\n") != std::string::npos);
    CHECK(metrics.find("\nordertrace_board_orders_forgotten_total 2\n") != std::string::npos);
    CHECK(metrics.find("\nordertrace_board_orders 1\n") != std::string::npos);
    CHECK(
        metrics.starts_with("# HELP ordertrace_board_spans_received_total Spans of accepted batches.\n"
                            "# TYPE ordertrace_board_spans_received_total counter\n"));
}

TEST_CASE("an answer of too many tables says what it leaves out") {
    boost::asio::io_context context;
    CollectSettings settings;
    settings.keep = {.max_orders = 20'000, .max_spans = 200'000};
    Collector collector{context, settings};
    std::vector<std::string> spans;
    for (std::uint64_t i = 0; i < 12'000; ++i)
        spans.push_back(span_bytes(i, "a step with a name of some length",
                                   {text_tag_bytes("order.id", "order " + std::to_string(i) + std::string(100, 'x'))}));
    CHECK(ask(collector, boost::beast::http::verb::post, "/api/traces", batch_bytes("mes", spans)).result_int() == 202);
    const auto text = get(collector, "/orders").body();
    CHECK(text.size() < (4U << 20U) + 2000);
    CHECK(text.find(" more orders: see /orders/ID\n") != std::string::npos);
}

TEST_CASE("the address really bound is told") {
    boost::asio::io_context context;
    CollectSettings settings;
    settings.listen = "127.0.0.1:0";
    Collector collector{context, settings};
    const auto address = collector.listen();
    REQUIRE(address);
    CHECK(address->starts_with("127.0.0.1:"));
    CHECK(*address != "127.0.0.1:0");
    collector.stop();
    context.run();
}
