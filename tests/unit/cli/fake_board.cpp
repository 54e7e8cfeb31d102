#include "unit/cli/fake_board.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace ordertrace {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

}  // namespace

FakeBoard::FakeBoard(Handler handler, const std::optional<Tls>& tls)
    : handler_{std::move(handler)}, acceptor_{context_, {asio::ip::address_v4::loopback(), 0}} {
    if (tls) {
        tls_.emplace(asio::ssl::context::tls_server);
        tls_->use_certificate_chain_file(tls->certificate);
        tls_->use_private_key_file(tls->key, asio::ssl::context::pem);
    }
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread{[this] { context_.run(); }};
}

FakeBoard::~FakeBoard() {
    context_.stop();
    thread_.join();
}

std::vector<std::string> FakeBoard::heads() const {
    const std::lock_guard lock{mutex_};
    return heads_;
}

FakeBoard::Reply FakeBoard::answer(int status, const std::string& body, const std::string& headers) {
    return {"HTTP/1.1 " + std::to_string(status) + " Whatever\r\n" + headers +
            "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body};
}

asio::awaitable<void> FakeBoard::accept() {
    while (true) {
        auto [error, socket] = co_await acceptor_.async_accept(as_result);
        if (error) co_return;
        asio::co_spawn(context_, serve(std::move(socket)), asio::detached);
    }
}

asio::awaitable<void> FakeBoard::serve(tcp::socket socket) {
    if (!tls_) {
        co_await talk(socket, socket);
        co_return;
    }
    asio::ssl::stream<tcp::socket&> stream{socket, *tls_};
    auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_result);
    if (!error) co_await talk(stream, socket);
}

template <class Stream>
asio::awaitable<void> FakeBoard::talk(Stream& stream, tcp::socket& socket) {
    std::string head;
    auto [not_read, read] = co_await asio::async_read_until(stream, asio::dynamic_buffer(head), "\r\n\r\n", as_result);
    if (not_read) co_return;
    {
        const std::lock_guard lock{mutex_};
        heads_.push_back(head);
    }
    const auto reply = handler_(head);
    auto [not_sent, sent] = co_await asio::async_write(stream, asio::buffer(reply.bytes), as_result);
    if (not_sent) co_return;
    if (reply.after == Reply::After::reset) {
        socket.set_option(asio::socket_base::linger(true, 0));
        socket.close();
    }
    if (reply.after == Reply::After::hold) held_.push_back(std::move(socket));
}

std::string closed_port() {
    asio::io_context context;
    const tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    return std::to_string(acceptor.local_endpoint().port());
}

}  // namespace ordertrace
