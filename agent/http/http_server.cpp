#include "http/http_server.h"

#include <exception>
#include <sstream>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "http/http_session.h"

namespace ordertrace {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds pause_after_failed_accept{100};  // out of file descriptors: they come back

}  // namespace

HttpResponse text_response(unsigned status, std::string text, bool keep_alive) {
    HttpResponse response{http::int_to_status(status), 11};
    response.set(http::field::content_type, "text/plain; charset=utf-8");
    response.set("X-Content-Type-Options", "nosniff");
    response.body() = std::move(text);
    response.keep_alive(keep_alive);
    return response;
}

HttpServer::HttpServer(asio::io_context& context, HttpLimits limits, Handler handler, TlsSource tls)
    : limits_{limits}, handler_{std::move(handler)}, tls_{std::move(tls)}, acceptor_{context} {}

HttpServer::HttpServer(asio::io_context& context, HttpLimits limits, PatientHandler handler, Admission admission)
    : limits_{limits}, patient_handler_{std::move(handler)}, admission_{std::move(admission)}, acceptor_{context} {}

HttpServer::~HttpServer() = default;

Result<std::uint16_t> HttpServer::listen(const tcp::endpoint& endpoint) {
    error_code error;
    const auto refused = [&] {
        std::ostringstream name;
        name << endpoint;
        return fail("cannot listen on " + name.str() + ": " + error.message() + "; is another program using the port?");
    };
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    // An IPv4 listener on the same port is one of its own.
    if (!error && endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return refused();
    const auto bound = acceptor_.local_endpoint(error);
    if (error) return refused();
    asio::co_spawn(acceptor_.get_executor(), accept_all(), [](std::exception_ptr failed) {
        if (failed) std::rethrow_exception(failed);
    });
    return bound.port();
}

asio::awaitable<void> HttpServer::accept_all() {
    while (acceptor_.is_open()) {
        auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (!error) {
            admit(std::move(socket));
        } else if (acceptor_.is_open()) {
            asio::steady_timer pause{acceptor_.get_executor(), pause_after_failed_accept};
            [[maybe_unused]] auto waited = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }
}

void HttpServer::admit(tcp::socket socket) {
    error_code ignored;
    const auto peer = socket.remote_endpoint(ignored);
    if (admission_ && !admission_(peer)) {
        ++counters_.peers_refused;
        return;
    }
    if (sessions_.size() >= limits_.max_connections) {
        ++counters_.connections_refused;
        const std::string full =
            std::string{"HTTP/1.1 "} +
            (limits_.refuse_like_collector ? "500 Internal Server Error" : "503 Service Unavailable") +
            "\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 20\r\n\r\n"
            "too many connections";
        socket.non_blocking(true, ignored);
        asio::write(socket, asio::buffer(full), ignored);
        return;
    }
    socket.set_option(tcp::no_delay(true), ignored);
    auto session = std::make_shared<HttpSession>(std::move(socket), peer, *this, tls_ ? &tls_() : nullptr);
    sessions_.insert(session);
    asio::co_spawn(acceptor_.get_executor(), session->run(), [this, session](std::exception_ptr failed) {
        sessions_.erase(session);
        if (failed) std::rethrow_exception(failed);
    });
}

void HttpServer::stop() {
    error_code ignored;
    acceptor_.close(ignored);
    for (const auto& session : sessions_) session->stop();
}

}  // namespace ordertrace
