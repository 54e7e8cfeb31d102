// Delivers the journal to every destination; none delays another. Owned by the app; delivery thread (its io_context).
// Of several URLs the first is preferred: while another one is used it gets a real batch again after six times
// retry.max, or after ten times what the last attempt cost if that is longer. JournalKeeper::tidy() is the app's to
// call.
#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "export/destination.h"

namespace ordertrace {

// The span that tells whether a collector takes anything at all: a beat of the agent's own system, always the same
// bytes. Encoded: a Thrift Process and a Thrift Span.
struct ProbeBytes {
    std::string process;
    std::string span;
};

class Exporter {
public:
    using Clock = Destination::Clock;

    // Destination i reads the supply's source i.
    Exporter(boost::asio::any_io_executor executor, std::unique_ptr<SpanSupply> supply,
             const std::vector<DestinationSettings>& destinations, const ProbeBytes& probe, Log log);

    void start();
    // By name; a destination not named stays as it is. Takes effect between two requests.
    void reconfigure(const std::vector<DestinationSettings>& destinations);
    // Delivers what is written until the deadline. A destination known to be down is not waited for: what it misses
    // stays in the journal. Then `done` is called once.
    void stop_by(Clock::time_point deadline, std::function<void()> done);

    std::vector<DestinationNumbers> numbers() const;

private:
    void ring();
    void ended(const std::exception_ptr& failure);

    boost::asio::any_io_executor executor_;
    std::unique_ptr<SpanSupply> supply_;
    Doorbell doorbell_;
    std::string probe_;
    std::mt19937 random_{std::random_device{}()};
    std::vector<std::unique_ptr<Destination>> destinations_;
    std::size_t running_ = 0;
    std::function<void()> done_;
};

}  // namespace ordertrace
