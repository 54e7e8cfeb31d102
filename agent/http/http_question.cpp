#include "http/http_question.h"

#include <memory>
#include <optional>

#include <openssl/ssl.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace ordertrace {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t most_of_head = 64U << 10U;
constexpr std::uint64_t most_of_body = 16U << 20U;

std::string authority_of(const Url& url) {
    const bool ipv6 = url.host.find(':') != std::string::npos;
    return (ipv6 ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port);
}

std::string length_of(std::chrono::milliseconds time) {
    const auto count = time.count();
    return count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
}

// What the server's certificate must be for, and the name it is asked for.
void expect_server(SSL* connection, const std::string& name) {
    auto* param = SSL_get0_param(connection);
    error_code not_an_address;
    asio::ip::make_address(name, not_an_address);
    if (!not_an_address) {
        X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str());
        return;
    }
    X509_VERIFY_PARAM_set1_host(param, name.c_str(), 0);
    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(name.c_str()));
}

Result<void> set_up(ssl::context& context, const std::string& ca_file) {
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    error_code error;
    context.set_verify_mode(ssl::verify_peer, error);
    if (ca_file.empty()) {
        context.set_default_verify_paths(error);
        return {};
    }
    context.load_verify_file(ca_file, error);
    if (error) return fail("--ca " + ca_file + " holds no certificates; it must be a readable PEM file");
    // What is named is trusted as it is, be it a root, an issuer below it or the server's own certificate.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.native_handle()), X509_V_FLAG_PARTIAL_CHAIN);
    return {};
}

std::string tls_trouble(const SSL* connection, const error_code& error) {
    const auto verified = SSL_get_verify_result(connection);
    if (verified == X509_V_OK) return "no TLS: " + error.message() + "; is it https?";
    const auto what = std::string{"its certificate is not accepted: "} + X509_verify_cert_error_string(verified);
    switch (verified) {
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH: return what + "; ask by a name it has";
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID: return what + "; renew it there, or set this host's clock";
        default: return what + "; name the authority that issued it with --ca";
    }
}

std::string with_article(const std::string& name) {
    const bool vowel = std::string_view{"aeiou"}.find(name.front()) != std::string_view::npos;
    return (vowel ? "an " : "a ") + name;
}

// Lives on the heap together with its io_context, for it may have to be left behind (see ask_over_http).
class Exchange {
public:
    enum class Stage : std::uint8_t { resolving, connecting, securing, talking, done };

    explicit Exchange(const HttpQuestion& question) : question_{question} {}

    // The stream takes over what the context says when it is made, and nothing later.
    Result<void> prepare() {
        if (question_.server.tls)
            if (auto done = set_up(tls_context_, question_.ca_file); !done) return done;
        stream_.emplace(context_, tls_context_);
        return {};
    }

    // False: not done within the time.
    bool run() {
        asio::co_spawn(context_, ask(), asio::detached);
        context_.run_for(question_.patience);
        return stage == Stage::done || error;
    }
    void give_up() {
        error_code ignored;
        stream_->next_layer().close(ignored);
        context_.run();
    }
    std::string trouble();

    Stage stage = Stage::resolving;
    error_code error;
    HttpAnswer answer;

private:
    asio::awaitable<void> ask();
    template <class Stream>
    asio::awaitable<void> talk(Stream& stream);

    HttpQuestion question_;
    asio::io_context context_{1};
    ssl::context tls_context_{ssl::context::tls_client};
    tcp::resolver resolver_{context_};
    std::optional<ssl::stream<tcp::socket>> stream_;
};

asio::awaitable<void> Exchange::ask() {
    auto [not_found, endpoints] =
        co_await resolver_.async_resolve(question_.server.host, std::to_string(question_.server.port), as_result);
    error = not_found;
    if (error) co_return;
    stage = Stage::connecting;
    auto [not_connected, endpoint] = co_await asio::async_connect(stream_->next_layer(), endpoints, as_result);
    error = not_connected;
    if (error) co_return;
    if (!question_.server.tls) {
        co_await talk(stream_->next_layer());
        co_return;
    }
    stage = Stage::securing;
    expect_server(stream_->native_handle(), question_.server.host);
    auto [not_secured] = co_await stream_->async_handshake(ssl::stream_base::client, as_result);
    error = not_secured;
    if (!error) co_await talk(*stream_);
}

template <class Stream>
asio::awaitable<void> Exchange::talk(Stream& stream) {
    stage = Stage::talking;
    const auto verb = question_.body.empty() ? http::verb::get : http::verb::post;
    http::request<http::string_body> request{verb, question_.target, 11, question_.body};
    request.set(http::field::host, authority_of(question_.server));
    request.set(http::field::user_agent, "ordertrace/" ORDERTRACE_VERSION);
    request.set(http::field::accept, "application/json");
    if (!question_.language.empty()) request.set(http::field::accept_language, question_.language);
    if (!question_.authorization.empty()) request.set(http::field::authorization, question_.authorization);
    if (!question_.body.empty()) {
        request.set(http::field::content_type, "text/plain");
        request.prepare_payload();
    }
    request.keep_alive(false);
    auto [not_sent, sent] = co_await http::async_write(stream, request, as_result);
    error = not_sent;
    if (error) co_return;
    boost::beast::flat_buffer buffer{most_of_head};
    http::response_parser<http::string_body> parser;
    parser.header_limit(most_of_head);
    parser.body_limit(most_of_body);
    auto [not_read, read] = co_await http::async_read(stream, buffer, parser, as_result);
    error = not_read;
    if (error) co_return;
    auto& response = parser.get();
    answer = {response.result_int(), std::string{response[http::field::location]}, std::move(response.body())};
    stage = Stage::done;
}

std::string Exchange::trouble() {
    const auto is_that = "is that " + with_article(question_.other_side);
    if (stage == Stage::resolving) return error.message() + "; check the host's name";
    if (error == http::error::body_limit) return "the answer is over 16 MiB; ask for less";
    if (error == http::error::end_of_stream || error == http::error::partial_message || error == asio::error::eof ||
        error == ssl::error::stream_truncated)
        return "the connection ended before the answer did; " + is_that + ", and what does its log say?";
    if (stage == Stage::securing) return tls_trouble(stream_->native_handle(), error);
    if (stage == Stage::connecting) return error.message() + "; is the " + question_.other_side + " running there?";
    if (error.category() == make_error_code(http::error::end_of_stream).category())
        return "that is no answer in HTTP (" + error.message() + "); " + is_that + ", and not https?";
    return error.message() + "; " + is_that + "?";
}

}  // namespace

Result<void> check_authority(const std::string& ca_file) {
    ssl::context context{ssl::context::tls_client};
    return set_up(context, ca_file);
}

Result<HttpAnswer> ask_over_http(const HttpQuestion& question) {
    auto exchange = std::make_unique<Exchange>(question);
    if (auto prepared = exchange->prepare(); !prepared) return tl::make_unexpected(prepared.error());
    if (!exchange->run()) {
        // The resolver's own thread cannot be interrupted and its end would be waited for; the program ends anyway.
        if (exchange->stage == Exchange::Stage::resolving)
            static_cast<void>(exchange.release());
        else
            exchange->give_up();
        return fail("no whole answer within " + length_of(question.patience) + "; is that " +
                    with_article(question.other_side) + ", and is it overloaded?");
    }
    if (exchange->error) return fail(exchange->trouble());
    return std::move(exchange->answer);
}

}  // namespace ordertrace
