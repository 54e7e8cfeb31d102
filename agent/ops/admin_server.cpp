#include "ops/admin_server.h"

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>
#include <vector>

#include "ops/admin_pages.h"

namespace ordertrace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using Response = http::response<http::string_body>;

constexpr std::size_t max_unread_chunks = 16;  // of what a client still sends when its answer is out

Response to_response(AdminPage page, unsigned version, bool head, bool keep_alive) {
    Response response{static_cast<http::status>(page.status), version};
    response.set(http::field::content_type, page.content_type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    if (page.allow_get) response.set(http::field::allow, "GET, HEAD");
    response.keep_alive(keep_alive);
    response.content_length(page.body.size());
    if (!head) response.body() = std::move(page.body);
    return response;
}

// What is no HTTP is answered as far as there is someone to understand it, then the connection closes.
std::optional<AdminPage> page_for(error_code error) {
    if (error == http::error::header_limit) return AdminPage{.status = 431, .body = "request header too large\n"};
    if (error.category() == make_error_code(http::error::bad_method).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message)
        return AdminPage{.status = 400, .body = "bad request: this is an HTTP/1.1 port\n"};
    return std::nullopt;
}

}  // namespace

class AdminServer::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(asio::io_context& context, std::function<AgentSnapshot()> snapshot, AdminLimits limits)
        : context_{context}, acceptor_{context}, snapshot_{std::move(snapshot)}, limits_{limits} {}

    Result<void> bind(const Endpoint& endpoint);
    void start();
    void stop();
    Endpoint bound() const { return bound_; }

private:
    asio::awaitable<void> serve_slot(std::shared_ptr<Impl> self, std::size_t slot);
    asio::awaitable<void> serve_connection(beast::tcp_stream& stream);
    asio::awaitable<bool> serve_request(beast::tcp_stream& stream, beast::flat_buffer& buffer);
    asio::awaitable<bool> send(beast::tcp_stream& stream, AdminPage page, unsigned version, bool head, bool keep_alive);

    asio::io_context& context_;
    tcp::acceptor acceptor_;
    std::function<AgentSnapshot()> snapshot_;
    AdminLimits limits_;
    Endpoint bound_;
    std::optional<AdminPages> pages_;
    std::vector<beast::tcp_stream*> streams_;  // by slot; null while the slot waits for a connection
    std::size_t busy_ = 0;
    bool stopped_ = false;
};

Result<void> AdminServer::Impl::bind(const Endpoint& endpoint) {
    error_code error;
    const auto address = asio::ip::make_address(endpoint.host, error);
    const tcp::endpoint where{address, endpoint.port};
    if (!error) acceptor_.open(where.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address{true}, error);
    if (!error) acceptor_.bind(where, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return fail("admin.listen: cannot listen on " + to_string(endpoint) + ": " + error.message() +
                    "; choose an address of this host and a free port");
    bound_ = endpoint;
    bound_.port = acceptor_.local_endpoint().port();
    pages_.emplace(bound_, snapshot_);
    return {};
}

void AdminServer::Impl::start() {
    streams_.assign(limits_.connections, nullptr);
    for (std::size_t slot = 0; slot < limits_.connections; ++slot)
        asio::co_spawn(context_, serve_slot(shared_from_this(), slot), [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        });
}

void AdminServer::Impl::stop() {
    stopped_ = true;
    acceptor_.close();
    for (auto* stream : streams_)
        if (stream != nullptr) stream->close();
}

asio::awaitable<void> AdminServer::Impl::serve_slot(std::shared_ptr<Impl> /*keeps_alive*/, std::size_t slot) {
    while (!stopped_) {
        error_code error;
        auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (stopped_) break;
        if (error) {  // out of descriptors, mostly: they come back when others close
            asio::steady_timer pause{context_, std::chrono::seconds{1}};
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        beast::tcp_stream stream{std::move(socket)};
        streams_[slot] = &stream;
        ++busy_;
        co_await serve_connection(stream);
        --busy_;
        streams_[slot] = nullptr;
    }
}

asio::awaitable<void> AdminServer::Impl::serve_connection(beast::tcp_stream& stream) {
    beast::flat_buffer buffer{limits_.header_bytes * 2};
    bool again = true;
    while (again && !stopped_) again = co_await serve_request(stream, buffer);
    error_code error;
    stream.socket().shutdown(tcp::socket::shutdown_send, error);
    // Closing over unread bytes would reset the connection and could take our answer with it.
    stream.expires_after(std::chrono::seconds{1});
    std::array<char, 4096> unread{};
    for (std::size_t chunks = 0; !error && !stopped_ && chunks < max_unread_chunks; ++chunks)
        co_await stream.async_read_some(asio::buffer(unread), asio::redirect_error(asio::use_awaitable, error));
}

asio::awaitable<bool> AdminServer::Impl::serve_request(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    stream.expires_after(limits_.request_timeout);
    error_code error;
    co_await http::async_read_header(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        auto page = page_for(error);
        if (page) co_await send(stream, std::move(*page), 11, false, false);
        co_return false;
    }
    const auto& request = parser.get();
    const auto host = request[http::field::host];
    const auto version = request.version();
    const bool head = request.method() == http::verb::head;
    AdminPage page;
    if (version == 11 && request.find(http::field::host) == request.end())
        page = {.status = 400, .body = "bad request: HTTP/1.1 needs a Host header\n"};
    else
        page = pages_->answer({request.method_string().data(), request.method_string().size()},
                              {request.target().data(), request.target().size()}, {host.data(), host.size()});
    // A body, if there is one, is never read: nothing here takes one.
    const bool keep = request.keep_alive() && parser.is_done() && busy_ < limits_.connections && !stopped_;
    const bool sent = co_await send(stream, std::move(page), version, head, keep);
    co_return sent&& keep;
}

asio::awaitable<bool> AdminServer::Impl::send(beast::tcp_stream& stream, AdminPage page, unsigned version, bool head,
                                              bool keep_alive) {
    auto response = to_response(std::move(page), version, head, keep_alive);
    stream.expires_after(limits_.request_timeout);
    error_code error;
    co_await http::async_write(stream, response, asio::redirect_error(asio::use_awaitable, error));
    co_return !error;
}

Result<AdminServer> AdminServer::listen(asio::io_context& context, const Endpoint& endpoint,
                                        std::function<AgentSnapshot()> snapshot, AdminLimits limits) {
    auto impl = std::make_shared<Impl>(context, std::move(snapshot), limits);
    if (auto bound = impl->bind(endpoint); !bound) return tl::unexpected{bound.error()};
    impl->start();
    return AdminServer{std::move(impl)};
}

AdminServer::AdminServer(std::shared_ptr<Impl> impl) : impl_{std::move(impl)} {}
AdminServer::AdminServer(AdminServer&&) noexcept = default;
AdminServer& AdminServer::operator=(AdminServer&&) noexcept = default;
AdminServer::~AdminServer() {
    if (impl_) impl_->stop();
}

Endpoint AdminServer::bound() const { return impl_->bound(); }

void AdminServer::stop() { impl_->stop(); }

}  // namespace ordertrace
