#include "doors/tcp_session.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "doors/peer.h"

namespace ordertrace {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// So long nothing comes, and what has come is handed over.
constexpr std::chrono::milliseconds quiet{20};
// So long at most a line waits for a sender that is never quiet.
constexpr std::chrono::milliseconds longest_wait{200};
// A sender that goes on sending must not keep a stopping agent.
constexpr std::chrono::milliseconds last_reading{500};

TimePoint wall_clock() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

}  // namespace

TcpSession::TcpSession(Socket socket, TcpDoor& door)
    : socket_{std::move(socket)}, deadline_{socket_.get_executor()}, door_{door}, handed_over_{Clock::now()} {
    error_code ignored;
    sender_ = address_of(socket_.remote_endpoint(ignored));
}

asio::awaitable<void> TcpSession::run() {
    for (bool open = true; open;) {
        const auto got = co_await receive();
        if (got == Got::bytes) {
            co_await hand_over_what_is_due();
            continue;
        }
        if (lines_.has_line()) co_await hand_over(lines_.take_lines());
        if (got == Got::end && lines_.half_line() > 0) co_await hand_over(lines_.take_rest());
        open = !is_over(got);
    }
    if (lines_.half_line() > 0) ++door_.counters_.unfinished;
    deadline_.cancel();
    error_code ignored;
    socket_.close(ignored);
}

void TcpSession::stop() {
    if (stopping_) return;
    stopping_ = true;
    stop_by_ = Clock::now() + last_reading;
    error_code ignored;
    socket_.cancel(ignored);
}

asio::awaitable<TcpSession::Got> TcpSession::receive() {
    if (stopping_) co_return receive_what_is_there();
    if (lines_.has_line())
        allow(Clock::now() + quiet);
    else
        allow(door_.settings_.idle_timeout.count() == 0 ? Clock::time_point::max()
                                                        : handed_over_ + door_.settings_.idle_timeout);
    auto [error, bytes] = co_await socket_.async_read_some(asio::buffer(chunk_), as_result);
    // A cancelled read of a stopping door: what the kernel holds is read next.
    if (error && stopping_ && error != asio::error::eof) co_return receive_what_is_there();
    co_return take(error, bytes);
}

TcpSession::Got TcpSession::receive_what_is_there() {
    if (Clock::now() >= stop_by_) return Got::nothing;
    error_code error;
    socket_.non_blocking(true, error);
    const auto bytes = socket_.read_some(asio::buffer(chunk_), error);
    if (error == asio::error::would_block) return Got::nothing;
    return take(error, bytes);
}

TcpSession::Got TcpSession::take(const error_code& error, std::size_t bytes) {
    if (bytes > 0) {
        lines_.add({chunk_.data(), bytes});
        return Got::bytes;
    }
    if (error == asio::error::eof) return Got::end;
    return timed_out_ ? Got::nothing : Got::broken;
}

asio::awaitable<void> TcpSession::hand_over_what_is_due() {
    while (lines_.full()) co_await hand_over(lines_.take_piece());
    if (!lines_.has_line()) {
        first_line_.reset();
    } else if (!first_line_) {
        first_line_ = Clock::now();
    } else if (Clock::now() >= *first_line_ + longest_wait) {
        first_line_ = Clock::now();
        co_await hand_over(lines_.take_closed());
    }
}

asio::awaitable<void> TcpSession::hand_over(std::string text) {
    if (text.empty()) co_return;
    Parcel parcel;
    parcel.listener = door_.listener_;
    parcel.text = std::move(text);
    parcel.sender = sender_;
    parcel.arrived = wall_clock();
    const auto outcome = co_await door_.gate_.deliver(std::move(parcel));
    if (!outcome.taken) ++door_.counters_.unfinished;
    handed_over_ = Clock::now();
}

bool TcpSession::is_over(Got got) {
    if (got != Got::nothing || stopping_) return true;
    const auto idle = door_.settings_.idle_timeout;
    if (idle.count() == 0 || Clock::now() < handed_over_ + idle) return false;
    if (lines_.half_line() == 0) ++door_.counters_.idle;
    return true;
}

void TcpSession::allow(Clock::time_point until) {
    timed_out_ = false;
    deadline_.expires_at(until);
    deadline_.async_wait([self = shared_from_this(), number = ++deadline_number_](error_code error) {
        if (error || number != self->deadline_number_) return;
        self->timed_out_ = true;
        error_code ignored;
        self->socket_.cancel(ignored);
    });
}

}  // namespace ordertrace
