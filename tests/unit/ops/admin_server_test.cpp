#include "ops/admin_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>
#include <cstring>
#include <thread>

#include "base/unique_fd.h"
#include "ops/admin_pages.h"
#include "unit/ops/snapshot_fixture.h"

using namespace ordertrace;
using namespace std::chrono_literals;

namespace {

// A server on a port of its own whose context runs in another thread.
class RunningServer {
public:
    explicit RunningServer(AdminLimits limits = {})
        : server_{AdminServer::listen(context_, Endpoint{}, [] { return sample_snapshot(); }, limits)} {
        REQUIRE(server_);
        thread_ = std::thread{[this] { context_.run(); }};
    }
    ~RunningServer() { stop(); }

    // Returns once every coroutine has ended by itself.
    void stop() {
        if (!thread_.joinable()) return;
        boost::asio::post(context_, [this] { server_->stop(); });
        thread_.join();
    }
    std::uint16_t port() const { return server_->bound().port; }

private:
    boost::asio::io_context context_{1};
    Result<AdminServer> server_;
    std::thread thread_;
};

class Client {
public:
    explicit Client(std::uint16_t port) : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        const timeval patience{.tv_sec = 20, .tv_usec = 0};  // a server that hangs fails the test instead of hanging it
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    void send(std::string_view text) const {
        REQUIRE(::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
    }
    // Until the server closes; "timeout" if it does not.
    std::string rest() const {
        std::string all;
        std::array<char, 4096> chunk{};
        for (;;) {
            const auto count = ::recv(fd_.get(), chunk.data(), chunk.size(), 0);
            if (count < 0) return errno == ECONNRESET ? all : "timeout";
            if (count == 0) return all;
            all.append(chunk.data(), static_cast<std::size_t>(count));
        }
    }
    // Until `end` has come.
    std::string until(std::string_view end) const {
        std::string all;
        std::array<char, 1> byte{};
        while (all.find(end) == std::string::npos && ::recv(fd_.get(), byte.data(), 1, 0) == 1) all += byte[0];
        return all;
    }

private:
    UniqueFd fd_;
};

std::string ask(std::uint16_t port, std::string_view request) {
    const Client client{port};
    client.send(request);
    return client.rest();
}

}  // namespace

TEST_CASE("an answer, byte by byte") {
    const RunningServer server;
    const std::string header =
        "HTTP/1.1 200 OK\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
        "Connection: close\r\n"
        "Content-Length: 3\r\n\r\n";
    CHECK(ask(server.port(), "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") ==
          header + "ok\n");
    CHECK(ask(server.port(), "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") == header);
}

TEST_CASE("what cannot be served is said and the connection closed") {
    struct Row {
        const char* name;
        std::string request;
        const char* status;
        const char* body;
    };
    const std::string long_header = "X: " + std::string(9000, 'x') + "\r\n";
    auto row = GENERATE_COPY(values<Row>({
        {"no HTTP", "ord1 end 10042 step=x\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n",
         "bad request: this is an HTTP/1.1 port\n"},
        {"a header too large", "GET /healthz HTTP/1.1\r\n" + long_header + "\r\n",
         "HTTP/1.1 431 Request Header Fields Too Large\r\n", "request header too large\n"},
        {"no host", "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n",
         "bad request: HTTP/1.1 needs a Host header\n"},
        {"a body nobody reads", "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n",
         "HTTP/1.1 405 Method Not Allowed\r\n", "method not allowed; use GET or HEAD\n"},
        {"a long body nobody reads",
         "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000\r\n\r\n" + std::string(30'000, 'x'),
         "HTTP/1.1 405 Method Not Allowed\r\n", "method not allowed; use GET or HEAD\n"},
        {"HTTP/1.0 without a host", "GET /healthz HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK\r\n", "ok\n"},
    }));
    CAPTURE(row.name);
    const RunningServer server;
    const auto answer = ask(server.port(), row.request);
    CHECK(answer.rfind(row.status, 0) == 0);
    CHECK(answer.substr(answer.find("\r\n\r\n") + 4) == row.body);
}

TEST_CASE("a connection is kept for the next request") {
    const RunningServer server;
    const Client client{server.port()};
    for (int i = 0; i < 3; ++i) {
        client.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        CHECK(client.until("ready\n").find("HTTP/1.1 200 OK\r\n") == 0);
    }
}

TEST_CASE("a request that never ends is cut off") {
    const RunningServer server{{.request_timeout = 50ms}};
    CHECK(ask(server.port(), "GET /healthz HTTP/1.1\r\nHos") == "");
}

TEST_CASE("with all slots taken answers close, and those who wait are served next") {
    const RunningServer server{{.connections = 2}};
    const Client idle{server.port()};
    const Client busy{server.port()};
    const Client waiting{server.port()};
    waiting.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    busy.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(busy.rest().find("Connection: close\r\n") != std::string::npos);
    CHECK(waiting.rest().find("HTTP/1.1 200 OK\r\n") == 0);
}

TEST_CASE("stopping closes the port and idle connections at once") {
    RunningServer server;
    const Client idle{server.port()};
    idle.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(idle.until("ok\n").find("200 OK") != std::string::npos);
    server.stop();
    CHECK(idle.rest().empty());
}

TEST_CASE("a port in use is said with its address") {
    const RunningServer other;
    boost::asio::io_context context{1};
    const Endpoint taken{.port = other.port()};
    const auto server = AdminServer::listen(context, taken, [] { return AgentSnapshot{}; });
    REQUIRE_FALSE(server);
    CHECK(server.error().message == "admin.listen: cannot listen on 127.0.0.1:" + std::to_string(other.port()) +
                                        ": Address already in use; choose an address of this host and a free port");
}

TEST_CASE("pages by method, target and host") {
    struct Row {
        const char* name;
        std::string_view method;
        std::string_view target;
        std::string_view host;
        unsigned status;
        std::string_view body;
    };
    const std::string_view misdirected =
        "misdirected request: a loopback admin port answers only to the names localhost, 127.0.0.1 and [::1]; a proxy "
        "in front must set the Host header to one of them\n";
    auto row = GENERATE_COPY(values<Row>({
        {"alive", "GET", "/healthz", "localhost", 200, "ok\n"},
        {"with a query", "GET", "/healthz?x=1", "localhost:4748", 200, "ok\n"},
        {"ready", "HEAD", "/readyz", "127.0.0.1:9000", 200, "ready\n"},
        {"IPv6 name", "GET", "/healthz", "[::1]:4748", 200, "ok\n"},
        {"upper case", "GET", "/healthz", "LOCALHOST", 200, "ok\n"},
        {"bound address", "GET", "/healthz", "127.0.0.5:4748", 200, "ok\n"},
        {"another method", "DELETE", "/status", "localhost", 405, "method not allowed; use GET or HEAD\n"},
        {"another path", "GET", "/metrics/", "localhost", 404,
         "not found; there are /healthz, /readyz, /metrics and /status\n"},
        {"a foreign name", "GET", "/healthz", "evil.example", 421, misdirected},
        {"a foreign name like ours", "GET", "/healthz", "localhost.evil.example:80", 421, misdirected},
        {"a broken IPv6 name", "GET", "/healthz", "[::1", 421, misdirected},
    }));
    CAPTURE(row.name);
    const AdminPages pages{{.host = "127.0.0.5", .port = 4748}, [] { return sample_snapshot(); }};
    const auto page = pages.answer(row.method, row.target, row.host);
    CHECK(page.status == row.status);
    CHECK(page.body == row.body);
    CHECK(page.allow_get == (row.status == 405));
}

TEST_CASE("metrics and status carry their types") {
    const AdminPages pages{{}, [] { return sample_snapshot(); }};
    const auto metrics = pages.answer("GET", "/metrics", "");
    CHECK(metrics.content_type == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(metrics.body.find("\nordertrace_spans_recorded_total 10\n") != std::string::npos);
    const auto status = pages.answer("GET", "/status", "");
    CHECK(status.content_type == "application/json");
    CHECK(status.body.find("\"version\":\"0.1.0\"") != std::string::npos);
}

TEST_CASE("who is starting or draining is not ready") {
    AgentSnapshot agent;
    const AdminPages pages{{}, [&] { return agent; }};
    CHECK(pages.answer("GET", "/readyz", "").status == 503);
    CHECK(pages.answer("GET", "/readyz", "").body == "starting\n");
    agent.ready = agent.draining = true;
    CHECK(pages.answer("GET", "/readyz", "").status == 503);
    CHECK(pages.answer("GET", "/readyz", "").body == "draining\n");
    CHECK(pages.answer("GET", "/healthz", "").status == 200);
}

TEST_CASE("an address opened to others answers to any name") {
    const AdminPages pages{{.host = "0.0.0.0", .port = 4748, .loopback = false}, [] { return sample_snapshot(); }};
    CHECK(pages.answer("GET", "/healthz", "agent.shop.example").status == 200);
}
