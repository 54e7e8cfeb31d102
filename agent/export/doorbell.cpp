#include "export/doorbell.h"

#include <unistd.h>

#include <cstdint>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ordertrace {

boost::asio::awaitable<void> Doorbell::watch(std::function<void()> rung) {
    namespace asio = boost::asio;
    while (!closed_) {
        boost::system::error_code error;
        co_await descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                                        asio::redirect_error(asio::use_awaitable, error));
        if (error || closed_) co_return;
        std::uint64_t rings = 0;
        // Nothing there is no fault: the descriptor never blocks and a ring may have been taken already.
        [[maybe_unused]] const auto size = ::read(descriptor_.native_handle(), &rings, sizeof rings);
        supply_.woke_up();
        rung();
    }
}

void Doorbell::close() {
    closed_ = true;
    boost::system::error_code ignored;
    descriptor_.cancel(ignored);
}

}  // namespace ordertrace
