// One destination: reads windows from its source, delivers them in batches, commits. Owned by the Exporter; its
// coroutine run() lives on the delivery thread.
// Bounds: one window (max_spans, max_bytes) and what CollectorClient holds; given back when it falls asleep after a
// large one. In an outage nothing grows, the journal does.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "export/batch_builder.h"
#include "export/collector_client.h"
#include "export/delivery_fsm.h"
#include "export/doorbell.h"
#include "export/gzip.h"
#include "export/request_numbers.h"
#include "export/span_source.h"

namespace ordertrace {

class Destination {
public:
    using Clock = std::chrono::steady_clock;

    // `probe` is a whole Batch; `random` gives numbers in [0, 1). Both outlive it, as the doorbell does.
    Destination(const boost::asio::any_io_executor& executor, DestinationSettings settings,
                std::unique_ptr<SpanSource> source, Doorbell& doorbell, const std::string& probe, Log log,
                std::function<double()> random);

    // Ends after stop_by(): when all is delivered, when the collector is known to be down, or at the deadline.
    boost::asio::awaitable<void> run();

    void ring();  // there is something new
    // Taken between two requests; a pause ends at once.
    void reconfigure(DestinationSettings settings);
    void stop_by(Clock::time_point deadline);

    const std::string& name() const { return settings_.name; }
    DestinationNumbers numbers() const;

private:
    boost::asio::awaitable<bool> next_window();
    boost::asio::awaitable<void> gather(Clock::time_point first);
    boost::asio::awaitable<void> deliver();
    boost::asio::awaitable<Outcome> post(DeliveryFsm::Post post);
    boost::asio::awaitable<Outcome> send(const Url& url, RequestBody body, bool gzip);
    boost::asio::awaitable<void> sleep_until(Clock::time_point time);
    void set_aside(const DeliveryFsm::CondemnedSpan& condemned);
    void apply_settings();
    void give_memory_back();
    bool given_up() const { return stopping_ && (aborted_ || fsm_.down()); }

    boost::asio::any_io_executor executor_;
    DestinationSettings settings_;
    std::optional<DestinationSettings> next_settings_;
    std::unique_ptr<SpanSource> source_;
    Doorbell& doorbell_;
    const std::string& probe_;
    Log log_;
    DeliveryFsm fsm_;
    std::unique_ptr<CollectorClient> client_;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer stop_timer_;
    Window window_;
    BatchBuilder builder_;
    Gzip gzip_;
    DestinationNumbers numbers_;
    Clock::time_point read_at_{};                          // the window before
    Clock::duration gather_time_{Clock::duration::max()};  // in which a window of useful size comes together
    bool cut_short_ = false;                               // the window before left something in the journal
    bool large_ = false;                                   // windows were, since the last sleep
    bool asleep_ = false;
    bool stopping_ = false;
    bool aborted_ = false;
};

}  // namespace ordertrace
