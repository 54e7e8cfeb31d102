#include "board/mark_sender.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>

namespace ordertrace {

MarkSender::MarkSender(const Endpoint& agent) : agent_{boost::asio::ip::make_address(agent.host), agent.port} {}

bool MarkSender::send(const std::string& line) {
    boost::system::error_code error;
    if (!socket_.is_open()) {
        socket_.open(agent_.protocol(), error);
        if (!error) socket_.non_blocking(true, error);
        // Connected, so that the news comes back that nobody listens.
        if (!error) socket_.connect(agent_, error);
    }
    if (!error) socket_.send(boost::asio::buffer(line), 0, error);
    if (!error) return true;
    boost::system::error_code ignored;
    socket_.close(ignored);
    return false;
}

}  // namespace ordertrace
