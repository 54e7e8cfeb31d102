// One connection to a collector, plain or TLS, and what is known about it. A deadline set once holds for everything
// that is done on it. Owned by one CollectorClient; delivery thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace ordertrace {

class Connection {
public:
    using Plain = boost::beast::tcp_stream;
    using Tls = boost::asio::ssl::stream<boost::beast::tcp_stream>;
    static constexpr std::size_t most_unread = 64 * 1024;  // of an answer, its header included

    explicit Connection(const boost::asio::any_io_executor& executor) : stream_{std::in_place_type<Plain>, executor} {}
    Connection(const boost::asio::any_io_executor& executor, boost::asio::ssl::context& context)
        : stream_{std::in_place_type<Tls>, Plain{executor}, context} {}

    Plain& tcp() { return tls() != nullptr ? tls()->next_layer() : std::get<Plain>(stream_); }
    Tls* tls() { return std::get_if<Tls>(&stream_); }
    SSL* ssl() { return tls() != nullptr ? tls()->native_handle() : nullptr; }
    // Wakes whatever waits on it, with an error.
    void close() { tcp().close(); }
    // Closed by the other side while nobody looked. What cannot be seen yet shows when it is used.
    bool gone();

    std::string url;                                          // it was made for
    unsigned answers = 0;                                     // got on it
    std::chrono::steady_clock::time_point files_looked_at{};  // of TLS
    boost::beast::flat_buffer unread{most_unread};

private:
    std::variant<Plain, Tls> stream_;
};

}  // namespace ordertrace
