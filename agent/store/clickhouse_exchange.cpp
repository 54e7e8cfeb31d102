#include "store/clickhouse_exchange.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "export/tls_context.h"

namespace ordertrace {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

class Exchange {
public:
    Exchange(asio::io_context& context, ClickhouseRequest request)
        : resolver_{context}, plain_{context}, request_{std::move(request)} {}

    asio::awaitable<void> run() {
        const auto endpoints =
            co_await resolver_.async_resolve(request_.url.host, std::to_string(request_.url.port), token());
        if (answer.error) co_return;
        // One deadline for all that follows.
        plain_.expires_after(request_.patience);
        co_await plain_.async_connect(endpoints, token());
        if (answer.error) co_return;
        if (request_.tls == nullptr) {
            co_await talk(plain_);
            co_return;
        }
        beast::ssl_stream<beast::tcp_stream> stream{std::move(plain_), *request_.tls};
        expect_server(stream.native_handle(), request_.server_name);
        co_await stream.async_handshake(asio::ssl::stream_base::client, token());
        if (!answer.error) co_await talk(stream);
    }

    ClickhouseAnswer answer;

private:
    using Token = asio::redirect_error_t<asio::use_awaitable_t<>>;
    Token token() { return asio::redirect_error(asio::use_awaitable, answer.error); }

    template <class Stream>
    asio::awaitable<void> talk(Stream& stream) {
        http::request<http::string_body> request{http::verb::post, request_.target, 11, request_.body};
        const auto& url = request_.url;
        const bool bracketed = url.host.find(':') != std::string::npos;
        request.set(http::field::host, (bracketed ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port));
        request.set(http::field::authorization, request_.authorization);
        request.keep_alive(false);
        request.prepare_payload();
        co_await http::async_write(stream, request, token());
        if (answer.error) co_return;
        beast::flat_buffer buffer{1U << 20U};
        http::response_parser<http::string_body> parser;
        parser.body_limit(request_.max_answer);
        co_await http::async_read(stream, buffer, parser, token());
        if (answer.error) co_return;
        answer.status = parser.get().result_int();
        answer.exception_code = std::string{parser.get()["X-ClickHouse-Exception-Code"]};
        answer.body = std::move(parser.get().body());
    }

    tcp::resolver resolver_;
    beast::tcp_stream plain_;
    ClickhouseRequest request_;
};

}  // namespace

ClickhouseAnswer exchange_with_clickhouse(ClickhouseRequest request) {
    asio::io_context context{1};
    const auto patience = request.patience;
    Exchange exchange{context, std::move(request)};
    asio::co_spawn(context, exchange.run(), asio::detached);
    // The stream's own deadline ends the rest; this one also ends a name look-up.
    context.run_for(patience + std::chrono::seconds{1});
    exchange.answer.timed_out = !context.stopped() || exchange.answer.error == beast::error::timeout;
    return std::move(exchange.answer);
}

}  // namespace ordertrace
