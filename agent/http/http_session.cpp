#include "http/http_session.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace ordertrace {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// What a peer that was told "too large" may still send before it is cut off.
constexpr std::size_t linger_bytes = 64U << 20U;
constexpr std::chrono::milliseconds linger_time{2'000};

// One read from the socket; the body itself grows outside it.
constexpr std::size_t read_buffer_bytes = 64U << 10U;

}  // namespace

HttpSession::HttpSession(Socket socket, HttpServer::Endpoint peer, HttpServer& server, asio::ssl::context* tls)
    : socket_{std::move(socket)},
      peer_{std::move(peer)},
      deadline_{socket_.get_executor()},
      server_{server},
      buffer_{server.limits_.max_header_bytes + read_buffer_bytes} {
    if (tls != nullptr) tls_.emplace(socket_, *tls);
}

asio::awaitable<void> HttpSession::run() {
    bool open = true;
    if (tls_) open = co_await shake_hands();
    while (open && !stopping_) {
        open = co_await wait_for_request();
        if (open) open = co_await exchange();
    }
    deadline_.cancel();
    error_code ignored;
    socket_.close(ignored);
}

void HttpSession::stop() {
    stopping_ = true;
    error_code ignored;
    if (idle_)
        socket_.cancel(ignored);
    else
        allow(server_.limits_.stop_timeout);
}

// A client without a certificate of the right authority ends here.
asio::awaitable<bool> HttpSession::shake_hands() {
    idle_ = false;
    allow(server_.limits_.header_timeout);
    auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, as_result);
    if (error) ++server_.counters_.handshakes_failed;
    co_return !error;
}

asio::awaitable<bool> HttpSession::wait_for_request() {
    if (buffer_.size() > 0) co_return true;
    idle_ = true;
    allow(server_.limits_.idle_timeout);
    if (tls_) {
        // Not by waiting for the socket: the stream may have read the request together with the handshake's end.
        auto [error, bytes] = co_await tls_->async_read_some(buffer_.prepare(read_buffer_bytes), as_result);
        buffer_.commit(bytes);
        idle_ = false;
        co_return !error;
    }
    auto [error] = co_await socket_.async_wait(Socket::wait_read, as_result);
    idle_ = false;
    co_return !error;
}

asio::awaitable<bool> HttpSession::exchange() {
    error_code error;
    if (tls_)
        error = co_await read_request(*tls_);
    else
        error = co_await read_request(socket_);
    if (error) {
        auto answer = refusal(error);
        if (!answer) co_return false;
        if (co_await send(std::move(*answer))) co_await linger();
        co_return false;
    }
    ++server_.counters_.requests;
    const bool wanted = parser_->keep_alive();
    HttpResponse answer;
    if (server_.handler_) {
        answer = server_.handler_(parser_->get());
    } else {
        deadline_.cancel();  // how long an answer takes is the handler's to bound
        ++deadline_number_;
        answer = co_await server_.patient_handler_(parser_->release(), peer_);
    }
    answer.keep_alive(answer.keep_alive() && wanted && !stopping_);
    const bool keep = answer.keep_alive();
    parser_.reset();
    const bool written = co_await send(std::move(answer));
    if (written && !keep) co_await linger();
    co_return written&& keep;
}

template <class Stream>
asio::awaitable<error_code> HttpSession::read_request(Stream& stream) {
    parser_.emplace();
    parser_->header_limit(server_.limits_.max_header_bytes);
    parser_->body_limit(server_.limits_.max_body_bytes);
    allow(server_.limits_.header_timeout);
    auto [header_error, header_bytes] = co_await http::async_read_header(stream, buffer_, *parser_, as_result);
    if (header_error || parser_->is_done()) co_return header_error;
    allow(server_.limits_.body_timeout);
    if (parser_->get()[http::field::expect] == "100-continue") {
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        auto [error, written] = co_await asio::async_write(stream, asio::buffer(go_on), as_result);
        if (error) co_return error;
    }
    auto [body_error, body_bytes] = co_await http::async_read(stream, buffer_, *parser_, as_result);
    co_return body_error;
}

HttpResponse HttpSession::body_refusal(unsigned status, const std::string& words, const std::string& of_collector) {
    if (!server_.limits_.refuse_like_collector) return text_response(status, words + '\n', false);
    return text_response(500, "Unable to process request body: " + of_collector, false);
}

// Nothing where nobody is left to hear it.
std::optional<HttpResponse> HttpSession::refusal(error_code error) {
    const bool in_body = parser_->is_header_done();
    if (timed_out_) {
        ++server_.counters_.requests_timed_out;
        if (!in_body && !parser_->got_some()) return std::nullopt;
        return in_body ? body_refusal(408, "the body took too long", "i/o timeout")
                       : text_response(408, "the request header took too long", false);
    }
    if (error == http::error::body_limit) {
        ++server_.counters_.requests_too_large;
        return body_refusal(
            413, "the body is over " + std::to_string(server_.limits_.max_body_bytes) + " bytes; send less at once",
            "http: request body too large");
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        ++server_.counters_.requests_too_large;
        return text_response(431, "the request header is too large", false);
    }
    if (error == http::error::end_of_stream) return std::nullopt;
    if (error == http::error::partial_message) return body_refusal(400, "the body ended early", "unexpected EOF");
    if (error.category() == make_error_code(http::error::end_of_stream).category()) {
        ++server_.counters_.requests_malformed;
        return text_response(400, "no HTTP request: " + error.message(), false);
    }
    return std::nullopt;
}

asio::awaitable<bool> HttpSession::send(HttpResponse response) {
    // An answer to HEAD tells the length of the body it does not carry.
    if (!response.has_content_length()) response.prepare_payload();
    allow(server_.limits_.write_timeout);
    if (tls_) {
        auto [error, written] = co_await http::async_write(*tls_, response, as_result);
        co_return !error;
    }
    auto [error, written] = co_await http::async_write(socket_, response, as_result);
    co_return !error;
}

// The peer may still be writing: closing now would reset the connection, and it might never read the answer.
asio::awaitable<void> HttpSession::linger() {
    error_code ignored;
    allow(linger_time);
    if (tls_) {
        [[maybe_unused]] auto ended = co_await tls_->async_shutdown(as_result);
        co_return;
    }
    socket_.shutdown(Socket::shutdown_send, ignored);
    buffer_.clear();
    for (std::size_t read = 0; read < linger_bytes;) {
        auto [error, bytes] = co_await socket_.async_read_some(buffer_.prepare(read_buffer_bytes), as_result);
        if (error) co_return;
        read += bytes;
    }
}

void HttpSession::allow(std::chrono::milliseconds time) {
    if (stopping_) time = std::min(time, server_.limits_.stop_timeout);
    timed_out_ = false;
    deadline_.expires_after(time);
    deadline_.async_wait([self = shared_from_this(), number = ++deadline_number_](error_code error) {
        if (error || number != self->deadline_number_) return;
        self->timed_out_ = true;
        error_code ignored;
        self->socket_.cancel(ignored);
    });
}

}  // namespace ordertrace
