// Posts batches to a collector over HTTP/1.1, one at a time, on one connection that is kept as long as the other side
// keeps it. Every failure is one line for a person. Owned by one Destination; delivery thread (its io_context).
// Bounds: one time-out over the whole of a request; 64 KiB of an answer; a send buffer of 64 KiB once used.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "export/connection.h"
#include "export/credentials.h"
#include "export/delivery_policy.h"
#include "export/request_body.h"
#include "export/tls_context.h"
#include "settings/agent_settings.h"

namespace ordertrace {

class CollectorClient {
public:
    CollectorClient(boost::asio::any_io_executor executor, Duration timeout, TlsSettings tls, AuthSettings auth);
    ~CollectorClient();

    // `url` and what `body` views outlive the call. `gzip`: the body is compressed already.
    // A kept connection that turns out to be closed is made anew within the same time-out.
    boost::asio::awaitable<Outcome> post(const Url& url, RequestBody& body, bool gzip);

    // Ends the request under way, whose outcome is `aborted`, and all later ones.
    void abort();
    // Closes a kept connection; the next request makes a new one.
    void disconnect() { connection_.reset(); }
    bool connected() const { return connection_ != nullptr; }

    // The earliest end of a certificate, our own and the server's; seconds since 1970.
    std::optional<std::int64_t> certificate_expiry() const;

private:
    using Clock = std::chrono::steady_clock;
    using Error = boost::system::error_code;
    struct Resolving;

    boost::asio::awaitable<Outcome> attempt(const Url& url, RequestBody& body, bool gzip);
    boost::asio::awaitable<std::optional<Outcome>> connect(const Url& url);
    boost::asio::awaitable<std::optional<Outcome>> open_tcp(const Url& url);
    boost::asio::awaitable<std::optional<Outcome>> shake_hands(const Url& url);
    boost::asio::awaitable<boost::asio::ip::tcp::resolver::results_type> resolve(const Url& url, Error& error);
    template <class Stream>
    boost::asio::awaitable<Outcome> exchange(Stream& stream, const Url& url, std::string head, RequestBody& body);
    template <class Stream>
    boost::asio::awaitable<Error> send(Stream& stream, std::string_view head, RequestBody& body);
    template <class Stream>
    boost::asio::awaitable<Outcome> receive(Stream& stream, const Url& url, Error send_error);
    Outcome failed(const Url& url, const Error& error, std::string_view doing) const;
    bool usable(const Url& url);

    boost::asio::any_io_executor executor_;
    Duration timeout_;
    TlsContext tls_;
    Credentials credentials_;
    std::unique_ptr<Connection> connection_;
    std::string send_buffer_;
    std::shared_ptr<Resolving> resolving_;
    Clock::time_point deadline_{};
    bool aborted_ = false;
    std::optional<std::int64_t> server_expiry_;
};

}  // namespace ordertrace
