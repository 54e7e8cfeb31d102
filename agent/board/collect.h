// The embedded collector: `ordertrace-board collect`. It takes span batches like a Jaeger collector and shows the
// orders they tell of as text tables. It is the first room of the order register: the register's store, verdicts and
// pages will take the place of ReceivedOrders behind the same intake. Owned by main; one io_context, one thread.
// Bounds: HttpLimits, ReceivedOrders::Limits, 4 MiB of text an answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "base/result.h"
#include "board/http_server.h"
#include "board/received_orders.h"
#include "board/thrift_intake.h"

namespace ordertrace {

struct CollectSettings {
    std::string listen = "127.0.0.1:4751";  // port 0: a free one
    ReceivedOrders::Limits keep;
    HttpLimits http;
};

// The address and port of `text`, IPv6 in brackets; only a loopback address, for nothing here asks who is sending.
Result<boost::asio::ip::tcp::endpoint> parse_loopback(std::string_view text);

class Collector {
public:
    Collector(boost::asio::io_context& context, const CollectSettings& settings);

    // The address with the port really bound, as it belongs into a URL.
    Result<std::string> listen();
    void stop() { server_.stop(); }

    // POST /api/traces, GET /orders, /orders/ID, /metrics, /healthz
    HttpResponse answer(const HttpRequest& request);

private:
    HttpResponse answer_get(std::string_view path) const;
    std::string all_orders() const;
    std::string metrics() const;

    CollectSettings settings_;
    ReceivedOrders orders_;
    ThriftIntake intake_;
    HttpServer server_;
};

}  // namespace ordertrace
