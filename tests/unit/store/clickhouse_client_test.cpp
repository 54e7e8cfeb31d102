#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include "store/clickhouse_client.h"
#include "support/temporary_directory.h"

using namespace ordertrace;

namespace {

namespace asio = boost::asio;

// Takes one connection, reads a request's head and answers with these bytes; without any it says nothing until the
// other side is gone.
class OneAnswer {
public:
    explicit OneAnswer(std::string bytes) : bytes_{std::move(bytes)}, thread_{[this] { serve(); }} {}
    ~OneAnswer() { thread_.join(); }
    OneAnswer(const OneAnswer&) = delete;
    OneAnswer& operator=(const OneAnswer&) = delete;
    std::uint16_t port() const { return port_; }
    const std::string& request() {
        if (thread_.joinable()) thread_.join();
        thread_ = std::thread{[] {}};
        return request_;
    }

private:
    void serve() {
        boost::system::error_code ignored;
        auto socket = acceptor_.accept(ignored);
        asio::read_until(socket, asio::dynamic_buffer(request_), "\r\n\r\n", ignored);
        if (!bytes_.empty()) asio::write(socket, asio::buffer(bytes_), ignored);
        if (!bytes_.empty()) return;
        char byte = 0;
        while (socket.read_some(asio::buffer(&byte, 1), ignored) > 0) continue;
    }

    std::string bytes_;
    std::string request_;
    asio::io_context context_;
    asio::ip::tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
    std::uint16_t port_ = acceptor_.local_endpoint().port();
    std::thread thread_;
};

ClickhouseSettings at(std::uint16_t port) {
    ClickhouseSettings settings;
    settings.url.port = port;
    settings.url.text = "http://127.0.0.1:" + std::to_string(port);
    settings.timeout = std::chrono::milliseconds{100};
    return settings;
}

std::string where(std::uint16_t port) {
    return "store.clickhouse http://127.0.0.1:" + std::to_string(port) + " (database jaeger): ";
}

std::string answer(const std::string& status, const std::string& head, const std::string& body) {
    return "HTTP/1.1 " + status + "\r\n" + head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("what ClickHouse answers is told with what to do") {
    struct Row {
        std::string answer, want;
    };
    const std::string code = "X-ClickHouse-Exception-Code: ";
    const auto row = GENERATE_COPY(values<Row>(
        {{answer("404 Not Found", code + "60\r\n", "Code: 60. no table\nmore"),
          "Code: 60. no table; make the register's tables with `ordertrace-board migrate`, after Jaeger has made its "
          "own"},
         {answer("403 Forbidden", code + "516\r\n", "Code: 516. board"),
          "Code: 516. board; set store.clickhouse.username and password_file to a user of this server"},
         {answer("200 OK", code + "159\r\n", "Code: 159. slow"),
          "Code: 159. slow; raise store.clickhouse.timeout, or look at the server's load"},
         {answer("500 No", code + "1002\r\n", "a\x1B[31m\tb"), "a [31m b; look at the server's log"},
         {answer("302 Found", "", "go"), "answered 302 go; is this the HTTP interface of ClickHouse?"},
         {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
          "partial message; is it running there, with its HTTP interface on this port?"},
         {"HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n",
          "an answer is larger than 64 MiB; is this order reported in a loop?"},
         {"",
          "no answer within 0.100 s; look at the server's load and the network, or raise "
          "store.clickhouse.timeout"}}));
    OneAnswer server{row.answer};
    ClickhouseClient client{at(server.port())};
    const auto found = client.ask("SELECT 1");
    REQUIRE_FALSE(found);
    CHECK(found.error().message == where(server.port()) + row.want);
    CHECK(client.too_large() == (row.want.find("64 MiB") != std::string::npos));
}

TEST_CASE("a question carries its values in the URL and the password of the file") {
    const TemporaryDirectory directory;
    auto file = directory.write("password", "old\n");
    for (const auto& [password, want] : {std::pair{"pa55\n", "Ym9hcmQ6cGE1NQ=="}, {"n3w\r\n", "Ym9hcmQ6bjN3"}}) {
        file = directory.write("password", password);
        OneAnswer server{answer("200 OK", "", "rows")};
        auto settings = at(server.port());
        settings.password_file = file;
        ClickhouseClient client{settings};
        CHECK(client.ask("SELECT 1", {{"order", "ЗК &=\\"}}).value() == "rows");
        const auto& request = server.request();
        CAPTURE(request);
        CHECK(request.find("POST /?database=jaeger&default_format=RowBinary&wait_end_of_query=1&"
                           "max_execution_time=0.100&param_order=%D0%97%D0%9A%20%26%3D%5C HTTP/1.1\r\n") == 0);
        CHECK(request.find(std::string{"Authorization: Basic "} + want + "\r\n") != std::string::npos);
    }
}

TEST_CASE("what keeps a question from being sent is said") {
    const TemporaryDirectory directory;
    auto settings = at(9);
    settings.password_file = directory.path("none");
    const auto lost = ClickhouseClient{settings}.ask("SELECT 1");
    REQUIRE_FALSE(lost);
    CHECK(lost.error().message == "store.clickhouse.password_file " + settings.password_file +
                                      " cannot be read: No such file or directory; let the board's user read it");
    settings.password_file = directory.write("empty", "\n");
    const auto empty = ClickhouseClient{settings}.ask("SELECT 1");
    REQUIRE_FALSE(empty);
    CHECK(empty.error().message == "store.clickhouse.password_file " + settings.password_file +
                                       " holds no password; write it on its first line");
}

TEST_CASE("a server that is not there is said") {
    std::uint16_t port = 0;
    {
        asio::io_context context;
        const asio::ip::tcp::acceptor reserved{context, {asio::ip::address_v4::loopback(), 0}};
        port = reserved.local_endpoint().port();
    }
    const auto found = ClickhouseClient{at(port)}.ask("SELECT 1");
    REQUIRE_FALSE(found);
    CHECK(found.error().message ==
          where(port) + "Connection refused; is it running there, with its HTTP interface on this port?");
}
