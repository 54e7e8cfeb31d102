// Where the doors hand parcels over to the intake thread and get back what became of them.
// Owned by Doors; one thread, the one that runs the io_context. Outlives what it gives back.
// Bound: the hand-over's. Whoever finds it full waits here, and so reads no more.
#pragma once

#include <functional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "intake/hand_over.h"

namespace ordertrace {

class IntakeGate {
public:
    using Done = std::function<void(ParcelOutcome)>;

    IntakeGate(boost::asio::any_io_executor executor, HandOver& hand_over);

    // Returns when the parcel is handed over. `done` is called later, on this thread, whatever happens.
    boost::asio::awaitable<void> put(Parcel parcel, Done done);
    // Returns when all of the parcel is in the journal.
    boost::asio::awaitable<ParcelOutcome> deliver(Parcel parcel);
    // The intake thread has ended. What it has not come to is given back as not taken, now and from now on.
    void close();

private:
    boost::asio::any_io_executor executor_;
    HandOver& hand_over_;
    bool closed_ = false;
    boost::asio::steady_timer room_;  // cancelled whenever there may be some
};

}  // namespace ordertrace
