// Who is at the other end of a connection. Pure.
#pragma once

#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>

#include "settings/agent_settings.h"

namespace ordertrace {

sockaddr_storage address_of(const boost::asio::ip::tcp::endpoint& peer);

// By the listener's allow_from.
bool is_admitted(const ListenerSettings& listener, const boost::asio::ip::tcp::endpoint& peer);

}  // namespace ordertrace
