#include "http/http_server.h"

#include <catch2/catch.hpp>

#include "unit/board/board_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

const std::string get = "GET / HTTP/1.1\r\nHost: board\r\n\r\n";

HttpResponse echo(const HttpRequest& request) { return text_response(200, "got " + request.body()); }

}  // namespace

TEST_CASE("a connection serves request after request until one asks to close") {
    RunningServer server{{}, echo};
    Client client{server.port()};
    CHECK(body_of(client.ask(post("/", "", "one"))) == "got one");
    CHECK(body_of(client.ask(post("/", "", "two"))) == "got two");
    client.write(post("/", "", "three") + post("/", "", "four"));
    CHECK(body_of(client.read_answer()) == "got three");
    CHECK(body_of(client.read_answer()) == "got four");
    const auto last = client.ask(post("/", "Connection: close\r\n", "five"));
    CHECK(body_of(last) == "got five");
    CHECK(last.find("Connection: close\r\n") != std::string::npos);
    CHECK(client.at_end());
    server.stop();
    CHECK(server.counters().requests == 5);
}

TEST_CASE("an answer that closes is obeyed") {
    RunningServer server{{}, [](const HttpRequest&) { return text_response(500, "no more", false); }};
    Client client{server.port()};
    CHECK(body_of(client.ask(get)) == "no more");
    CHECK(client.at_end());
}

TEST_CASE("a client that waits for leave to send its body gets it") {
    RunningServer server{{}, echo};
    Client client{server.port()};
    client.write("POST / HTTP/1.1\r\nHost: board\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    CHECK(client.read_answer() == "HTTP/1.1 100 Continue\r\n\r\n");
    CHECK(body_of(client.ask("body")) == "got body");
}

TEST_CASE("what is no request or too much of one is refused and the connection closed") {
    struct Row {
        const char* name;
        std::string bytes;
        std::string status;
        std::string body;
    };
    auto row = GENERATE(values<Row>({
        {"no HTTP", "ord1 end 10042\r\n\r\n", "400", "no HTTP request: bad version"},
        {"a header too large", "GET / HTTP/1.1\r\nA: " + std::string(3000, 'a') + "\r\n\r\n", "431",
         "the request header is too large"},
        {"a body too large", post("/", "", std::string(101, 'x')), "500",
         "Unable to process request body: http: request body too large"},
        {"a length that is no number", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "400",
         "no HTTP request: bad Content-Length"},
    }));
    CAPTURE(row.name);
    HttpLimits limits;
    limits.max_header_bytes = 2048;
    limits.max_body_bytes = 100;
    RunningServer server{limits, echo};
    Client client{server.port()};
    const auto answer = client.ask(row.bytes);
    CHECK(status_of(answer) == row.status);
    CHECK(body_of(answer) == row.body);
    CHECK(client.at_end());
}

TEST_CASE("who is slow is cut off, and told so in the middle of a request") {
    HttpLimits limits;
    constexpr std::chrono::milliseconds soon{50};
    SECTION("idle") {
        limits.idle_timeout = soon;
        RunningServer server{limits, echo};
        Client client{server.port()};
        CHECK(client.at_end());
    }
    SECTION("in the header") {
        limits.header_timeout = soon;
        RunningServer server{limits, echo};
        Client client{server.port()};
        const auto answer = client.ask("GET / HT");
        CHECK(status_of(answer) == "408");
        CHECK(body_of(answer) == "the request header took too long");
    }
    SECTION("in the body") {
        limits.body_timeout = soon;
        RunningServer server{limits, echo};
        Client client{server.port()};
        const auto answer = client.ask("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf");
        CHECK(status_of(answer) == "500");
        CHECK(body_of(answer) == "Unable to process request body: i/o timeout");
        server.stop();
        CHECK(server.counters().requests_timed_out == 1);
    }
}

TEST_CASE("connections over the limit are told so and counted") {
    HttpLimits limits;
    limits.max_connections = 2;
    RunningServer server{limits, echo};
    Client first{server.port()};
    Client second{server.port()};
    CHECK(status_of(first.ask(get)) == "200");
    CHECK(status_of(second.ask(get)) == "200");
    Client third{server.port()};
    const auto answer = third.read_answer();
    CHECK(status_of(answer) == "500");
    CHECK(body_of(answer) == "too many connections");
    CHECK(status_of(first.ask(get)) == "200");
    server.stop();
    CHECK(server.counters().connections_refused == 1);
}

TEST_CASE("a server that stops ends idle connections and finishes the request under way") {
    HttpLimits limits;
    limits.stop_timeout = std::chrono::milliseconds{200};
    RunningServer server{limits, echo};
    Client idle{server.port()};
    CHECK(status_of(idle.ask(get)) == "200");
    Client stalled{server.port()};
    stalled.write("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    CHECK(status_of(stalled.read_answer()) == "100");
    server.stop();
    CHECK(idle.at_end());
    CHECK(status_of(stalled.read_answer()) == "500");
}

TEST_CASE("a port that is taken is said") {
    RunningServer server{{}, echo};
    boost::asio::io_context context;
    HttpServer second{context, {}, echo};
    const auto port = second.listen({boost::asio::ip::address_v4::loopback(), server.port()});
    REQUIRE_FALSE(port);
    CHECK(port.error().message == "cannot listen on 127.0.0.1:" + std::to_string(server.port()) +
                                      ": Address already in use; is another program using the port?");
}

TEST_CASE("an IPv6 listener leaves the port to an IPv4 one") {
    boost::asio::io_context context;
    HttpServer four{context, {}, echo};
    HttpServer six{context, {}, echo};
    HttpServer again{context, {}, echo};
    const auto port = four.listen({boost::asio::ip::address_v4::any(), 0});
    REQUIRE(port);
    REQUIRE(six.listen({boost::asio::ip::address_v6::any(), *port}));
    const auto taken = again.listen({boost::asio::ip::address_v6::any(), *port});
    REQUIRE_FALSE(taken);
    CHECK(taken.error().message == "cannot listen on [::]:" + std::to_string(*port) +
                                       ": Address already in use; is another program using the port?");
}
