// A small HTTP/1.1 server: reads whole requests, hands each to one handler, writes its answer, keeps connections alive.
// Owned by the program; lives on one io_context run by one thread, on which the handler is called too.
// Bounds: connections, header and body bytes, and the time every part of an exchange may take.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/result.h"

namespace ordertrace {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;
using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;

// A text answer; `keep_alive` off closes the connection after it, whatever the client asked for.
HttpResponse text_response(unsigned status, std::string text, bool keep_alive = true);

struct HttpLimits {
    std::size_t max_connections = 64;
    std::uint32_t max_header_bytes = 16U << 10U;
    std::uint64_t max_body_bytes = 20U << 20U;
    std::chrono::milliseconds idle_timeout{90'000};  // between two requests
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds body_timeout{30'000};
    std::chrono::milliseconds write_timeout{30'000};
    std::chrono::milliseconds stop_timeout{1'000};  // left to an exchange under way when the server stops
    // A body that cannot be read is refused in the words of a Jaeger collector: 500 whatever is wrong with it.
    // Otherwise by the status HTTP has for it, and so are connections that are too many.
    bool refuse_like_collector = true;
};

struct HttpCounters {
    std::uint64_t requests = 0;
    std::uint64_t connections_refused = 0;  // max_connections
    std::uint64_t requests_too_large = 0;   // max_header_bytes, max_body_bytes
    std::uint64_t requests_timed_out = 0;
    std::uint64_t handshakes_failed = 0;  // TLS: no certificate of the right authority, no TLS at all
    std::uint64_t requests_malformed = 0;
    std::uint64_t peers_refused = 0;
};

class HttpSession;

class HttpServer {
public:
    using Endpoint = boost::asio::ip::tcp::endpoint;
    using Handler = std::function<HttpResponse(const HttpRequest&)>;
    // One that waits for something before it answers.
    using PatientHandler = std::function<boost::asio::awaitable<HttpResponse>(HttpRequest, Endpoint peer)>;
    // Whether a peer may speak at all; its connection is closed otherwise.
    using Admission = std::function<bool(const Endpoint& peer)>;

    // Asked for each connection anew.
    using TlsSource = std::function<boost::asio::ssl::context&()>;

    // Without `tls` plain HTTP.
    HttpServer(boost::asio::io_context& context, HttpLimits limits, Handler handler, TlsSource tls = {});
    HttpServer(boost::asio::io_context& context, HttpLimits limits, PatientHandler handler, Admission admission);
    ~HttpServer();

    // The port really bound (0 asks for a free one), or what is wrong.
    Result<std::uint16_t> listen(const Endpoint& endpoint);

    // Accepts no more, ends idle connections at once and the others after their answer; the io_context then runs dry.
    void stop();

    const HttpCounters& counters() const { return counters_; }
    std::size_t connections() const { return sessions_.size(); }

private:
    friend class HttpSession;
    boost::asio::awaitable<void> accept_all();
    void admit(boost::asio::ip::tcp::socket socket);

    HttpLimits limits_;
    Handler handler_;  // or
    PatientHandler patient_handler_;
    Admission admission_;
    TlsSource tls_;
    HttpCounters counters_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::set<std::shared_ptr<HttpSession>> sessions_;
};

}  // namespace ordertrace
