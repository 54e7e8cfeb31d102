// One connection of HttpServer: its requests, one after another. Shared with its own timer's handlers, which may still
// be queued when the connection has ended; must not outlive the server. One thread. Holds one request and one answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>

#include "http/http_server.h"

namespace ordertrace {

class HttpSession : public std::enable_shared_from_this<HttpSession> {
public:
    using Socket = boost::asio::ip::tcp::socket;
    using Tls = boost::asio::ssl::stream<Socket&>;

    // `tls` nullptr: plain HTTP.
    HttpSession(Socket socket, HttpServer::Endpoint peer, HttpServer& server, boost::asio::ssl::context* tls);

    boost::asio::awaitable<void> run();

    // An idle connection ends now, one with an exchange under way within stop_timeout.
    void stop();

private:
    boost::asio::awaitable<bool> shake_hands();
    boost::asio::awaitable<bool> wait_for_request();
    boost::asio::awaitable<bool> exchange();
    template <class Stream>
    boost::asio::awaitable<boost::system::error_code> read_request(Stream& stream);
    boost::asio::awaitable<bool> send(HttpResponse response);
    boost::asio::awaitable<void> linger();
    std::optional<HttpResponse> refusal(boost::system::error_code error);
    HttpResponse body_refusal(unsigned status, const std::string& words, const std::string& of_collector);
    void allow(std::chrono::milliseconds time);

    Socket socket_;
    HttpServer::Endpoint peer_;
    std::optional<Tls> tls_;
    boost::asio::steady_timer deadline_;
    HttpServer& server_;
    boost::beast::flat_buffer buffer_;
    std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
    std::uint64_t deadline_number_ = 0;  // tells a late handler of an earlier deadline from the present one's
    bool timed_out_ = false;
    bool idle_ = true;
    bool stopping_ = false;
};

}  // namespace ordertrace
