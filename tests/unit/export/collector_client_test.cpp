#include "export/collector_client.h"

#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "unit/export/fake_collector.h"
#include "unit/export/posting.h"

using namespace ordertrace;
using namespace std::chrono_literals;
using Kind = Outcome::Kind;
using After = FakeCollector::Reply::After;

namespace {

FakeCollector::Handler always(FakeCollector::Reply reply) {
    return [reply](const FakeCollector::Request&) { return reply; };
}

// A port on which nobody listens: it was free a moment ago and is held so that nobody takes it.
class ClosedPort {
public:
    ClosedPort() : socket_{io_, {boost::asio::ip::address_v4::loopback(), 0}} {}
    Url url() const {
        const auto port = socket_.local_endpoint().port();
        return {.host = "127.0.0.1", .port = port, .text = "http://127.0.0.1:" + std::to_string(port) + "/api/traces"};
    }

private:
    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::socket socket_;
};

}  // namespace

TEST_CASE("batches go over one kept connection with the headers a collector wants") {
    FakeCollector collector{always({})};
    Posting post;
    CHECK(post(collector.url(), "one").status == 202);
    CHECK(post(collector.url(), "two", true).status == 202);
    const auto requests = collector.requests();
    REQUIRE(requests.size() == 2);
    const auto host = "Host: 127.0.0.1:" + std::to_string(collector.url().port);
    CHECK(requests[0].head ==
          "POST /api/traces HTTP/1.1\r\n" + host + "\r\nUser-Agent: ordertrace-agent/" + ORDERTRACE_VERSION +
              "\r\nContent-Type: application/vnd.apache.thrift.binary\r\nContent-Length: 3\r\n\r\n");
    CHECK(requests[0].body == "one");
    CHECK(requests[1].head.find("Content-Encoding: gzip\r\n") != std::string::npos);
    CHECK(requests[1].body == "two");
    CHECK(requests[1].connection == 1);
}

TEST_CASE("a collector that closes after every answer is no trouble") {
    FakeCollector collector{always(FakeCollector::answer(202, "", After::close))};
    Posting post;
    for (unsigned i = 1; i <= 3; ++i) {
        CHECK(post(collector.url()).status == 202);
        CHECK_FALSE(post.client.connected());
        CHECK(collector.requests().back().connection == i);
    }
}

TEST_CASE("a kept connection that was closed silently is made anew and the batch sent again") {
    const auto how = GENERATE(values({After::close, After::reset}));
    FakeCollector collector{[how](const FakeCollector::Request& request) {
        // Says that it keeps the connection, and does not; the second request on it is never answered.
        if (request.connection == 1) return FakeCollector::Reply{.after = how};
        return FakeCollector::Reply{};
    }};
    Posting post;
    CHECK(post(collector.url(), "one").status == 202);
    CHECK(post(collector.url(), "two").status == 202);
    CHECK(collector.requests().back().body == "two");
    CHECK(collector.requests().back().connection == 2);
}

TEST_CASE("a connection closed instead of the second answer is tried once more, the first one is not") {
    unsigned asked = 0;
    FakeCollector collector{[&asked](const FakeCollector::Request&) {
        return ++asked == 1 ? FakeCollector::Reply{} : FakeCollector::Reply{.bytes = "", .after = After::close};
    }};
    Posting post;
    CHECK(post(collector.url()).status == 202);
    const auto outcome = post(collector.url());
    CHECK(outcome.kind == Kind::eof);
    CHECK(outcome.text == collector.url().text + ": the connection was closed without an answer");
    CHECK(collector.requests().size() == 3);
}

TEST_CASE("answers are read whatever they are") {
    struct Row {
        const char* name;
        std::string bytes;
        int status;
        std::string text;
    };
    auto row = GENERATE(values<Row>({
        {"400 with a text", "HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\nwhat", 400, "what"},
        {"chunked", "HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 500, "abc"},
        {"no length", "HTTP/1.1 500 X\r\n\r\nuntil the end", 500, "until the end"},
        {"HTTP/1.0", "HTTP/1.0 202 Accepted\r\n\r\n", 202, ""},
        {"hints first", "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", 202, ""},
        {"body cut", "HTTP/1.1 500 X\r\nContent-Length: 100\r\n\r\nabc", 500, "abc"},
        {"body too long", "HTTP/1.1 500 X\r\nContent-Length: 99999999\r\n\r\nabc", 500, ""},
        {"more than asked for", "HTTP/1.1 202 A\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 X\r\n\r\n", 202, ""},
    }));
    CAPTURE(row.name);
    FakeCollector collector{always({.bytes = row.bytes, .after = After::close})};
    Posting post;
    const auto outcome = post(collector.url());
    CHECK(outcome.kind == Kind::status);
    CHECK(outcome.status == row.status);
    CHECK(outcome.text == row.text);
    const auto again = post(collector.url());  // nothing left over is taken for its answer
    CHECK(again.status == row.status);
}

TEST_CASE("an answer that comes while a large body is written is read although writing fails") {
    FakeCollector collector{always(FakeCollector::answer(500, "http: request body too large", After::close)), nullptr,
                            false};
    Posting post;
    const auto outcome = post(collector.url(), std::string(30 << 20, 'x'));
    CHECK(outcome.status == 500);
    CHECK(outcome.text == "http: request body too large");
    CHECK_FALSE(post.client.connected());
}

TEST_CASE("each failure has one line") {
    SECTION("nobody listens") {
        const ClosedPort port;
        Posting post;
        const auto outcome = post(port.url());
        CHECK(outcome.kind == Kind::refused);
        CHECK(outcome.text == port.url().text + ": connection refused; is the collector running and listening there?");
    }
    SECTION("no answer") {
        FakeCollector collector{always({.bytes = ""})};
        Posting post{{}, {}, 900ms};
        const auto outcome = post(collector.url());
        CHECK(outcome.kind == Kind::timeout);
        CHECK(outcome.text == collector.url().text +
                                  ": no answer within 0 s, stopped while waiting for the answer; is the collector "
                                  "overloaded or cut off?");
    }
    SECTION("half an answer") {
        FakeCollector collector{always({.bytes = "HTTP/1.1 2"})};
        Posting post{{}, {}, 50ms};
        CHECK(post(collector.url()).kind == Kind::timeout);
    }
    SECTION("a batch nobody reads") {
        FakeCollector collector{always({.bytes = ""}), nullptr, false};
        Posting post{{}, {}, 900ms};
        const auto outcome = post(collector.url(), std::string(30 << 20, 'x'));
        CHECK(outcome.kind == Kind::timeout);
        CHECK(outcome.text == collector.url().text +
                                  ": no answer within 0 s, stopped while sending the batch; is the collector "
                                  "overloaded or cut off?");
    }
    SECTION("closed") {
        FakeCollector collector{always({.bytes = "HTTP/1.1 2", .after = After::close})};
        Posting post;
        const auto outcome = post(collector.url());
        CHECK(outcome.kind == Kind::eof);
        CHECK(outcome.text == collector.url().text + ": the connection was closed without an answer");
    }
    SECTION("reset") {
        FakeCollector collector{always({.bytes = "", .after = After::reset})};
        Posting post;
        const auto outcome = post(collector.url());
        CHECK(outcome.kind == Kind::reset);
        CHECK(outcome.text == collector.url().text + ": the connection was reset while waiting for the answer");
    }
    SECTION("something else") {
        FakeCollector collector{always({.bytes = "SSH-2.0-OpenSSH_9.2\r\n", .after = After::close})};
        Posting post;
        const auto outcome = post(collector.url());
        CHECK(outcome.kind == Kind::not_http);
        CHECK(outcome.text ==
              collector.url().text +
                  ": what answers there does not speak HTTP/1.1 (bad version); check the port in the url");
    }
    SECTION("no address") {
        Posting post;
        const Url url{.host = "no-such-host.invalid", .port = 1, .text = "http://no-such-host.invalid:1/"};
        const auto outcome = post(url);
        CHECK(outcome.kind == Kind::dns);
        CHECK_THAT(outcome.text, Catch::StartsWith("http://no-such-host.invalid:1/: the host no-such-host.invalid has "
                                                   "no address (Host not found"));
        CHECK_THAT(outcome.text, Catch::EndsWith("); check the name in the url and the resolver"));
    }
    SECTION("credentials") {
        FakeCollector collector{always({})};
        Posting post{{}, {.username = {}, .password_file = {}, .bearer_token_file = "/no/such/token"}};
        const auto outcome = post(collector.url());
        CHECK(outcome.kind == Kind::files);
        CHECK(outcome.text == collector.url().text +
                                  ": auth.bearer_token_file /no/such/token cannot be read: No such file or directory; "
                                  "let the agent's user read it");
        CHECK(collector.requests().empty());
    }
}

TEST_CASE("a host name is looked up") {
    FakeCollector collector{always({})};
    Posting post;
    CHECK(post(collector.url("localhost")).status == 202);
}

TEST_CASE("a request under way can be aborted, and none begins afterwards") {
    FakeCollector collector{always({.bytes = ""})};
    boost::asio::io_context io{1};
    CollectorClient client{io.get_executor(), 20s, {}, {}};
    RequestBody body{"batch"};
    const auto url = collector.url();
    Outcome result;
    boost::asio::co_spawn(io, client.post(url, body, false),
                          [&](const std::exception_ptr&, Outcome outcome) { result = std::move(outcome); });
    while (collector.requests().empty()) io.poll();
    client.abort();
    io.restart();
    io.run();
    CHECK(result.kind == Kind::aborted);
    boost::asio::co_spawn(io, client.post(url, body, false),
                          [&](const std::exception_ptr&, Outcome outcome) { result = std::move(outcome); });
    io.restart();
    io.run();
    CHECK(result.kind == Kind::aborted);
    CHECK(collector.requests().size() == 1);
}
