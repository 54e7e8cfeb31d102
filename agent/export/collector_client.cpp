#include "export/collector_client.h"

#include <algorithm>
#include <array>

#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "export/delivery_log.h"
#include "export/request_head.h"
#include "export/tls_trouble.h"

namespace ordertrace {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr std::size_t send_buffer_size = 64 * 1024;
constexpr std::size_t most_answer_bytes = Connection::most_unread;
constexpr auto look_at_files_every = std::chrono::seconds{30};

auto into(boost::system::error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

Outcome failure(Outcome::Kind kind, std::string line) { return {.kind = kind, .status = 0, .text = std::move(line)}; }

bool is_end(const boost::system::error_code& error) {
    return error == asio::error::eof || error == asio::ssl::error::stream_truncated ||
           error == http::error::end_of_stream || error == http::error::partial_message;
}

bool is_reset(const boost::system::error_code& error) {
    return error == asio::error::connection_reset || error == asio::error::broken_pipe ||
           error == asio::error::connection_aborted;
}

bool is_tls(const boost::system::error_code& error) { return error.category() == asio::error::get_ssl_category(); }

}  // namespace

// The answer of a name look-up, which may come after nobody waits for it any more.
struct CollectorClient::Resolving {
    explicit Resolving(const asio::any_io_executor& executor) : resolver{executor}, done{executor} {}
    tcp::resolver resolver;
    asio::steady_timer done;
    Error error = asio::error::timed_out;
    tcp::resolver::results_type results;
};

CollectorClient::CollectorClient(asio::any_io_executor executor, Duration timeout, TlsSettings tls, AuthSettings auth)
    : executor_{std::move(executor)}, timeout_{timeout}, tls_{std::move(tls)}, credentials_{std::move(auth)} {}

CollectorClient::~CollectorClient() = default;

void CollectorClient::abort() {
    aborted_ = true;
    if (connection_) connection_->close();
    if (resolving_) resolving_->done.cancel();
}

std::optional<std::int64_t> CollectorClient::certificate_expiry() const {
    const auto own = tls_.own_certificate_expiry();
    if (!own || !server_expiry_) return own ? own : server_expiry_;
    return std::min(*own, *server_expiry_);
}

asio::awaitable<Outcome> CollectorClient::post(const Url& url, RequestBody& body, bool gzip) {
    deadline_ = Clock::now() + timeout_;
    for (;;) {
        body.rewind();
        const bool kept = connection_ && usable(url);
        if (!kept) disconnect();
        auto outcome = co_await attempt(url, body, gzip);
        if (aborted_) co_return failure(Outcome::Kind::aborted, url.text + ": the agent stops");
        if (outcome.kind != Outcome::Kind::status) disconnect();
        // Closed by the server just when we wrote: usual with kept connections, and no failure of anybody.
        if (kept && (outcome.kind == Outcome::Kind::eof || outcome.kind == Outcome::Kind::reset)) continue;
        co_return outcome;
    }
}

bool CollectorClient::usable(const Url& url) {
    if (connection_->url != url.text || connection_->gone()) return false;
    const auto now = Clock::now();
    if (!url.tls || now - connection_->files_looked_at < look_at_files_every) return true;
    connection_->files_looked_at = now;
    return !tls_.files_changed();
}

asio::awaitable<Outcome> CollectorClient::attempt(const Url& url, RequestBody& body, bool gzip) {
    if (aborted_) co_return Outcome{};
    auto credentials = credentials_.header();
    if (!credentials) co_return failure(Outcome::Kind::files, url.text + ": " + credentials.error().message);
    if (!connection_) {
        auto trouble = co_await connect(url);
        if (trouble) co_return std::move(*trouble);
    }
    connection_->tcp().expires_at(deadline_);
    auto head = request_head(url, *credentials, body.size(), gzip);
    Outcome outcome;
    if (connection_->tls() != nullptr) {
        outcome = co_await exchange(*connection_->tls(), url, std::move(head), body);
    } else {
        outcome = co_await exchange(connection_->tcp(), url, std::move(head), body);
    }
    co_return outcome;
}

asio::awaitable<std::optional<Outcome>> CollectorClient::connect(const Url& url) {
    if (url.tls) {
        auto context = tls_.get();
        if (!context) co_return failure(Outcome::Kind::files, url.text + ": " + context.error().message);
        connection_ = std::make_unique<Connection>(executor_, **context);
    } else {
        connection_ = std::make_unique<Connection>(executor_);
    }
    connection_->url = url.text;
    connection_->files_looked_at = Clock::now();
    auto trouble = co_await open_tcp(url);
    if (!trouble && url.tls) trouble = co_await shake_hands(url);
    if (trouble) disconnect();
    co_return trouble;
}

asio::awaitable<std::optional<Outcome>> CollectorClient::open_tcp(const Url& url) {
    Error error;
    const auto addresses = co_await resolve(url, error);
    if (error == asio::error::timed_out) co_return failed(url, beast::error::timeout, "looking up the host's address");
    if (error)
        co_return failure(Outcome::Kind::dns, url.text + ": the host " + url.host + " has no address (" +
                                                  error.message() + "); check the name in the url and the resolver");
    connection_->tcp().expires_at(deadline_);
    co_await connection_->tcp().async_connect(addresses, into(error));
    if (error) co_return failed(url, error, "connecting");
    // Bodies are written in pieces; the last one must not wait for an acknowledgement.
    connection_->tcp().socket().set_option(tcp::no_delay{true}, error);
    co_return std::nullopt;
}

asio::awaitable<tcp::resolver::results_type> CollectorClient::resolve(const Url& url, Error& error) {
    Error not_numeric;
    const auto address = asio::ip::make_address(url.host, not_numeric);
    if (!not_numeric) {
        co_return tcp::resolver::results_type::create(tcp::endpoint{address, url.port}, url.host, "");
    }
    // The look-up runs in a thread of Asio's that cannot be stopped; only the waiting ends in time.
    resolving_ = std::make_shared<Resolving>(executor_);
    auto state = resolving_;
    state->done.expires_at(deadline_);
    state->resolver.async_resolve(url.host, std::to_string(url.port),
                                  [state](const Error& result, tcp::resolver::results_type found) {
                                      state->error = result;
                                      state->results = std::move(found);
                                      state->done.cancel();
                                  });
    Error woken;
    co_await state->done.async_wait(into(woken));
    resolving_.reset();
    error = state->error;
    co_return state->results;
}

asio::awaitable<std::optional<Outcome>> CollectorClient::shake_hands(const Url& url) {
    expect_server(connection_->ssl(), expected_name(url, tls_.settings()));
    Error error;
    co_await connection_->tls()->async_handshake(asio::ssl::stream_base::client, into(error));
    if (error) co_return failed(url, error, "in the TLS handshake");
    if (const X509* certificate = SSL_get0_peer_certificate(connection_->ssl()))
        server_expiry_ = expiry_of(certificate);
    co_return std::nullopt;
}

template <class Stream>
asio::awaitable<Outcome> CollectorClient::exchange(Stream& stream, const Url& url, std::string head,
                                                   RequestBody& body) {
    const auto send_error = co_await send(stream, head, body);
    if (send_error == beast::error::timeout) co_return failed(url, send_error, "sending the batch");
    // Also when it could not be written whole: a collector that refuses a large body says so and stops reading.
    auto outcome = co_await receive(stream, url, send_error);
    co_return outcome;
}

template <class Stream>
asio::awaitable<boost::system::error_code> CollectorClient::send(Stream& stream, std::string_view head,
                                                                 RequestBody& body) {
    Error error;
    send_buffer_.resize(std::max(send_buffer_size, head.size()));
    auto filled = head.copy(send_buffer_.data(), head.size());
    while (!error) {
        filled += body.read(send_buffer_.data() + filled, send_buffer_.size() - filled);
        if (filled == 0) break;
        co_await asio::async_write(stream, asio::buffer(send_buffer_.data(), filled), into(error));
        filled = 0;
    }
    co_return error;
}

template <class Stream>
asio::awaitable<Outcome> CollectorClient::receive(Stream& stream, const Url& url, Error send_error) {
    std::optional<http::response_parser<http::string_body>> parser;
    Error error;
    do {
        parser.emplace();
        parser->body_limit(most_answer_bytes);
        co_await http::async_read(stream, connection_->unread, *parser, into(error));
    } while (!error && parser->get().result_int() < 200);
    if (!parser->is_header_done() || parser->get().result_int() < 200) {
        // An alert or a time-out says more than the broken pipe that they led to.
        const bool reading_tells = !send_error || is_tls(error) || is_end(error) || error == beast::error::timeout;
        co_return failed(url, reading_tells ? error : send_error, "waiting for the answer");
    }
    ++connection_->answers;
    Outcome outcome{.kind = Outcome::Kind::status,
                    .status = static_cast<int>(parser->get().result_int()),
                    .text = std::move(parser->get().body())};
    const bool whole = !error && !send_error && connection_->unread.size() == 0;
    if (!whole || !parser->get().keep_alive()) disconnect();
    co_return outcome;
}

Outcome CollectorClient::failed(const Url& url, const Error& error, std::string_view doing) const {
    using Kind = Outcome::Kind;
    const auto line = [&](const std::string& text) { return url.text + ": " + text; };
    SSL* ssl = connection_ ? connection_->ssl() : nullptr;
    const bool fresh = connection_ && connection_->answers == 0;
    const bool cut = is_end(error) || is_reset(error);
    const bool in_handshake = ssl != nullptr && SSL_is_init_finished(ssl) == 0;
    const bool openssl =
        is_tls(error) || (ssl != nullptr && fresh && cut && (in_handshake || notes_of(ssl).asked_for_certificate));
    if (openssl) return failure(Kind::tls, describe_tls_error(url, tls_.settings(), error, ssl));
    if (error == beast::error::timeout || error == asio::error::timed_out)
        return failure(Kind::timeout, line("no answer within " + spoken(timeout_) + ", stopped while " +
                                           std::string{doing} + "; is the collector overloaded or cut off?"));
    if (error == asio::error::connection_refused)
        return failure(Kind::refused, line("connection refused; is the collector running and listening there?"));
    if (is_reset(error)) return failure(Kind::reset, line("the connection was reset while " + std::string{doing}));
    if (is_end(error)) return failure(Kind::eof, line("the connection was closed without an answer"));
    if (error.category() == http::make_error_code(http::error::bad_version).category())
        return failure(Kind::not_http, line("what answers there does not speak HTTP/1.1 (" + error.message() +
                                            "); check the port in the url"));
    return failure(Kind::unreachable,
                   line("cannot be reached: " + error.message() + "; check the network and the url"));
}

}  // namespace ordertrace
