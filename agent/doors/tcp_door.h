// A listener on TCP: connections that carry lines, each ended by LF. Nothing is ever answered.
// Owned by Doors; lives on one io_context run by one thread.
// Bounds: connections, and the time one may go on without a whole line.
#pragma once

#include <cstdint>
#include <memory>
#include <set>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/listener_numbers.h"
#include "base/result.h"
#include "doors/intake_gate.h"
#include "settings/agent_settings.h"

namespace ordertrace {

class TcpSession;

class TcpDoor {
public:
    TcpDoor(boost::asio::io_context& context, std::size_t listener, ListenerSettings settings, IntakeGate& gate);
    ~TcpDoor();

    // Opens it at the address of the settings, or says what is wrong.
    Result<void> listen();
    // With the port really bound.
    const Endpoint& bound() const { return bound_; }

    // No more connections; the open ones end when what they have brought is in the journal.
    void stop();
    bool is_closed() const { return !acceptor_.is_open() && sessions_.empty(); }

    ListenerNumbers numbers() const;

private:
    friend class TcpSession;
    struct Counters {
        std::uint64_t sender = 0;       // not in allow_from
        std::uint64_t connections = 0;  // max_connections
        std::uint64_t idle = 0;         // idle_timeout, between two lines
        // Ended within a line, by idle_timeout, broken, or by a stop of the agent; or with lines a stop left unread.
        std::uint64_t unfinished = 0;
    };

    boost::asio::awaitable<void> accept_all();
    void admit(boost::asio::ip::tcp::socket socket);

    std::size_t listener_;
    ListenerSettings settings_;
    IntakeGate& gate_;
    Endpoint bound_;
    Counters counters_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::set<std::shared_ptr<TcpSession>> sessions_;
};

}  // namespace ordertrace
