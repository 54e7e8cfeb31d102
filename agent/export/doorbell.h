// Wakes the destinations that sleep when the intake thread has written. One for all destinations of an Exporter;
// delivery thread. Costs nothing while nobody sleeps.
#pragma once

#include <functional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "export/span_source.h"

namespace ordertrace {

class Doorbell {
public:
    Doorbell(const boost::asio::any_io_executor& executor, SpanSupply& supply)
        : supply_{supply}, descriptor_{executor, supply.doorbell()} {}
    // The descriptor is the journal's.
    ~Doorbell() { descriptor_.release(); }
    Doorbell(const Doorbell&) = delete;
    Doorbell& operator=(const Doorbell&) = delete;

    // After this call look once more, then sleep: nothing written from now on stays unheard.
    void arm() { supply_.prepare_to_sleep(); }
    // Calls `rung` each time, until close().
    boost::asio::awaitable<void> watch(std::function<void()> rung);
    void close();

private:
    SpanSupply& supply_;
    boost::asio::posix::stream_descriptor descriptor_;
    bool closed_ = false;
};

}  // namespace ordertrace
