#include "doors/tcp_door.h"

#include <exception>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "doors/peer.h"
#include "doors/tcp_session.h"

namespace ordertrace {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

constexpr std::chrono::milliseconds pause_after_failed_accept{100};  // out of file descriptors: they come back

}  // namespace

TcpDoor::TcpDoor(asio::io_context& context, std::size_t listener, ListenerSettings settings, IntakeGate& gate)
    : listener_{listener}, settings_{std::move(settings)}, gate_{gate}, bound_{settings_.address}, acceptor_{context} {}

TcpDoor::~TcpDoor() = default;

Result<void> TcpDoor::listen() {
    const tcp::endpoint endpoint{asio::ip::make_address(settings_.address.host), settings_.address.port};
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    // An IPv4 listener on the same port is one of its own.
    if (!error && settings_.address.ipv6) acceptor_.set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) bound_.port = acceptor_.local_endpoint(error).port();
    if (error) {
        const auto* advice = error == asio::error::address_in_use ? "; another program has this address, see `ss -ltnp`"
                             : error == error_code{EADDRNOTAVAIL, boost::system::system_category()}
                                 ? "; this host has no such address"
                                 : "";
        return fail("listen tcp " + to_string(settings_.address) + ": " + error.message() + advice);
    }
    asio::co_spawn(acceptor_.get_executor(), accept_all(), [](std::exception_ptr failed) {
        if (failed) std::rethrow_exception(failed);
    });
    return {};
}

asio::awaitable<void> TcpDoor::accept_all() {
    while (acceptor_.is_open()) {
        auto [error, socket] = co_await acceptor_.async_accept(as_result);
        if (!error) {
            admit(std::move(socket));
        } else if (acceptor_.is_open()) {
            asio::steady_timer pause{acceptor_.get_executor(), pause_after_failed_accept};
            [[maybe_unused]] auto waited = co_await pause.async_wait(as_result);
        }
    }
}

void TcpDoor::admit(tcp::socket socket) {
    error_code ignored;
    if (!is_admitted(settings_, socket.remote_endpoint(ignored))) {
        ++counters_.sender;
        return;
    }
    if (sessions_.size() >= settings_.max_connections) {
        ++counters_.connections;
        return;
    }
    // A host that went away without a word ends some day, even without idle_timeout.
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    auto session = std::make_shared<TcpSession>(std::move(socket), *this);
    sessions_.insert(session);
    asio::co_spawn(acceptor_.get_executor(), session->run(), [this, session](std::exception_ptr failed) {
        sessions_.erase(session);
        if (failed) std::rethrow_exception(failed);
    });
}

void TcpDoor::stop() {
    error_code ignored;
    acceptor_.close(ignored);
    for (const auto& session : sessions_) session->stop();
}

ListenerNumbers TcpDoor::numbers() const {
    return {.listener = "tcp " + to_string(bound_),
            .connections = sessions_.size(),
            .refused = {{"sender", counters_.sender},
                        {"connections", counters_.connections},
                        {"idle", counters_.idle},
                        {"unfinished", counters_.unfinished}},
            .files = {}};
}

}  // namespace ordertrace
