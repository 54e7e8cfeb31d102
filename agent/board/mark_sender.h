// Sends the watcher's marks to an agent, one event line a datagram over UDP. Owned and used by the watcher's thread;
// never waits. What an agent does not get is sent again by the watcher, for the mark stays missing among the facts.
#pragma once

#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include "settings/common_settings.h"

namespace ordertrace {

class MarkSender {
public:
    explicit MarkSender(const Endpoint& agent);
    // False: the socket did not take it (nobody listens there, or its buffer is full).
    bool send(const std::string& line);

private:
    boost::asio::io_context context_{1};
    boost::asio::ip::udp::endpoint agent_;
    boost::asio::ip::udp::socket socket_{context_};
};

}  // namespace ordertrace
