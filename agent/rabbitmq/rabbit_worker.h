// The work of ordertrace-rabbitmq: takes messages out of the queue, makes lines of them, gives these to the agent and
// acknowledges the messages only then. What is not acknowledged stays with the broker, however long the agent is away.
// Owned by the app; run() on a thread of its own, the rest from any thread.
// Should the agent not keep up for so long that broker.queue_limit is passed, the oldest are given up and counted: the
// broker would drop them uncounted at a limit of its own.
// Bounds: three times the prefetch of messages in hand, 20,000 remembered facts; every wait ends within 200 ms of a
// stop, but for a post or an answer of the broker under way.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>

#include "emit/event_post.h"
#include "rabbitmq/broker_connection.h"
#include "rabbitmq/hand_off_lines.h"
#include "rabbitmq/pending_lines.h"
#include "rabbitmq/rabbit_numbers.h"
#include "rabbitmq/recent_keys.h"

namespace ordertrace {

// When to try again what failed: 0.5 s, doubled up to 10 s, each time between half of it and all of it.
class RetryTime {
public:
    using Clock = std::chrono::steady_clock;
    bool due(Clock::time_point now) const { return now >= next_; }
    void failed(Clock::time_point now);
    void worked() { *this = {}; }

private:
    Clock::time_point next_{};
    unsigned failures_ = 0;
};

// Says a trouble when it begins, when it changes and once a minute, and that it is over.
class TroubleTeller {
public:
    using Say = std::function<void(LogSettings::Level, std::string)>;
    TroubleTeller(Say say, std::string over) : say_{std::move(say)}, over_{std::move(over)} {}
    void tell(const std::string& trouble);
    void over();

private:
    Say say_;
    std::string over_;
    std::string trouble_;  // empty: none
    std::chrono::steady_clock::time_point said_{};
};

class RabbitWorker {
public:
    using Say = TroubleTeller::Say;

    // `settings` outlive the worker. `say` is called on the worker's thread.
    RabbitWorker(const RabbitSettings& settings, Say say);
    ~RabbitWorker();

    // Until stop() was called, and then until the lines in hand are delivered or the shutdown's deadline has passed.
    void run();
    void stop() { stopping_ = true; }

    const RabbitNumbers& numbers() const { return numbers_; }

private:
    using Clock = std::chrono::steady_clock;

    void connect();
    void disconnect();
    void take_messages();
    void take(Delivery delivery);
    void deliver(std::chrono::milliseconds patience);
    // False: not known to be taken.
    bool post(const std::string& lines, std::chrono::milliseconds patience);
    bool too_large(const std::string& lines);
    void pass();
    void acknowledge(const PendingLines::Passed& passed);
    void give_up_oldest();
    void look_at_queue();
    void judge(const QueueState& state, std::size_t loss);
    void say_seldom(const std::string& example);
    void say_skipped(Skipped why, const BrokerMessage& message);
    void finish();
    bool has_room() const { return pending_.messages() < 2 * settings_.broker.prefetch; }
    void show_pending();

    const RabbitSettings& settings_;
    Say say_;
    EventPost post_;
    std::unique_ptr<BrokerConnection> broker_;  // none: not connected
    PendingLines pending_;
    RecentKeys recent_{20'000};
    RabbitNumbers numbers_;
    RetryTime broker_retry_;
    RetryTime agent_retry_;
    TroubleTeller broker_trouble_;
    TroubleTeller agent_trouble_;
    TroubleTeller queue_trouble_;
    Clock::time_point next_example_{};
    Clock::time_point next_look_{};
    std::uint64_t waiting_at_least_ = 0;  // in the queue: what was seen there less what was taken since
    std::size_t to_give_up_ = 0;
    std::atomic<bool> stopping_{false};
};

}  // namespace ordertrace
