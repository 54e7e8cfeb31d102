// One connection of TcpDoor: lines in, nothing out. Lines that arrive together are handed over together, so that the
// lines of a note stay with it. Shared with its own timer's handlers; must not outlive the door. One thread.
// Bounds: 128 KiB of text that is gathered, one piece of it on its way to the intake thread.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "doors/tcp_door.h"
#include "intake/line_gatherer.h"

namespace ordertrace {

class TcpSession : public std::enable_shared_from_this<TcpSession> {
public:
    using Socket = boost::asio::ip::tcp::socket;

    TcpSession(Socket socket, TcpDoor& door);

    boost::asio::awaitable<void> run();

    // What has arrived is still taken, in whole lines; then the connection is closed.
    void stop();

private:
    using Clock = std::chrono::steady_clock;
    enum class Got : std::uint8_t { bytes, nothing, end, broken };

    boost::asio::awaitable<Got> receive();
    Got receive_what_is_there();
    Got take(const boost::system::error_code& error, std::size_t bytes);
    boost::asio::awaitable<void> hand_over_what_is_due();
    boost::asio::awaitable<void> hand_over(std::string text);
    bool is_over(Got got);
    void allow(Clock::time_point until);

    Socket socket_;
    sockaddr_storage sender_{};
    boost::asio::steady_timer deadline_;
    TcpDoor& door_;
    LineGatherer lines_;
    std::array<char, 16U << 10U> chunk_;
    Clock::time_point handed_over_;                // when a line was the last time; at first when the connection began
    std::optional<Clock::time_point> first_line_;  // when the first of the lines that are gathered came
    Clock::time_point stop_by_;                    // when stopping
    std::uint64_t deadline_number_ = 0;            // tells a late handler of an earlier deadline from the present one's
    bool timed_out_ = false;
    bool stopping_ = false;
};

}  // namespace ordertrace
