// What the board's tests share: batches in Thrift's bytes, written without the decoder under test, and a plain socket
// client. Used by one test at a time; every client gives up after five seconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/http_server.h"

namespace ordertrace::test {

// Thrift's binary protocol by hand, so that what is wrong with a message can be said byte by byte.
class ThriftBytes {
public:
    enum Type : char { stop = 0, boolean = 2, real = 4, i32 = 8, i64 = 10, string = 11, structure = 12, list = 15 };

    ThriftBytes& field(Type type, int id) { return byte(type).number(static_cast<std::uint64_t>(id), 2); }
    ThriftBytes& end() { return byte(stop); }
    ThriftBytes& text(std::string_view value) { return number(value.size(), 4).raw(value); }
    ThriftBytes& list_of(Type element, std::uint32_t count) { return byte(element).number(count, 4); }
    ThriftBytes& integer(std::int64_t value) { return number(static_cast<std::uint64_t>(value), 8); }
    ThriftBytes& small(std::int32_t value) { return number(static_cast<std::uint32_t>(value), 4); }
    ThriftBytes& byte(char value) { return raw({&value, 1}); }
    ThriftBytes& raw(std::string_view bytes) {
        bytes_ += bytes;
        return *this;
    }
    const std::string& bytes() const { return bytes_; }

private:
    ThriftBytes& number(std::uint64_t value, unsigned size) {
        while (size-- > 0) byte(static_cast<char>(value >> (8U * size)));
        return *this;
    }
    std::string bytes_;
};

// A Tag of type STRING.
std::string text_tag_bytes(std::string_view key, std::string_view value);

// The fields of a Span but field `without` (0: none), and the given tags.
std::string span_bytes(std::uint64_t id, std::string_view name, const std::vector<std::string>& tags, int without = 0);

// A whole Batch of the given spans.
std::string batch_bytes(std::string_view service, const std::vector<std::string>& spans);

// One span of order 10042 in namespace shop: a good body.
std::string good_body();

std::string gzip(std::string_view bytes);

// An HttpServer on a free loopback port, run by a thread of its own until the test ends.
class RunningServer {
public:
    RunningServer(HttpLimits limits, HttpServer::Handler handler);
    ~RunningServer();
    std::uint16_t port() const { return port_; }
    // Asks the server to stop and waits until its io_context has run dry.
    void stop();
    // Only after stop().
    const HttpCounters& counters() const { return server_.counters(); }

private:
    boost::asio::io_context context_{1};
    HttpServer server_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

class Client {
public:
    explicit Client(std::uint16_t port);
    // What the server did not take is no error: it may have refused and closed already.
    void write(std::string_view bytes);
    // The next whole answer, head and body; empty if the server closed without one.
    std::string read_answer();
    // True if the server closed the connection and sent nothing more.
    bool at_end();
    std::string ask(std::string_view bytes) {
        write(bytes);
        return read_answer();
    }

private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::socket socket_{context_};
    std::string pending_;
};

std::string post(std::string_view target, std::string_view headers, std::string_view body);

std::string status_of(std::string_view answer);  // "202"
std::string body_of(std::string_view answer);

}  // namespace ordertrace::test
