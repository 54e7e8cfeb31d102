#include "doors/intake_gate.h"

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ordertrace {
namespace {

namespace asio = boost::asio;
using Timer = asio::steady_timer;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

struct Waiting {
    Timer timer;
    std::optional<ParcelOutcome> outcome;
};

ParcelOutcome not_taken() {
    ParcelOutcome outcome;
    outcome.taken = false;
    return outcome;
}

}  // namespace

IntakeGate::IntakeGate(asio::any_io_executor executor, HandOver& hand_over)
    : executor_{std::move(executor)}, hand_over_{hand_over}, room_{executor_, Timer::time_point::max()} {}

asio::awaitable<void> IntakeGate::put(Parcel parcel, Done done) {
    // The intake thread calls this; nothing of the doors is touched there.
    parcel.done = [this, executor = executor_, done = std::move(done)](ParcelOutcome outcome) {
        asio::post(executor, [this, done, outcome = std::move(outcome)]() mutable {
            room_.cancel();
            done(std::move(outcome));
        });
    };
    while (!closed_ && !hand_over_.put(parcel)) {
        [[maybe_unused]] auto waited = co_await room_.async_wait(as_result);
    }
    if (closed_) parcel.done(not_taken());
}

asio::awaitable<ParcelOutcome> IntakeGate::deliver(Parcel parcel) {
    auto waiting = std::make_shared<Waiting>(Waiting{Timer{executor_, Timer::time_point::max()}, std::nullopt});
    Done done = [waiting](ParcelOutcome outcome) {
        waiting->outcome = std::move(outcome);
        waiting->timer.cancel();
    };
    co_await put(std::move(parcel), std::move(done));
    while (!waiting->outcome) {
        [[maybe_unused]] auto waited = co_await waiting->timer.async_wait(as_result);
    }
    co_return std::move(*waiting->outcome);
}

void IntakeGate::close() {
    closed_ = true;
    while (const auto parcel = hand_over_.take()) parcel->done(not_taken());
    room_.cancel();
}

}  // namespace ordertrace
