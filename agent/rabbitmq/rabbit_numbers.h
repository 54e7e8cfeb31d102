// What the worker counts. Written by the worker alone, read by the web thread at a scrape; relaxed, for a scrape may
// see a message whose line it does not see yet.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace ordertrace {

struct RabbitNumbers {
    using Count = std::atomic<std::uint64_t>;
    static constexpr std::array<std::string_view, 4> kinds{"published", "delivered", "dead", "other"};
    static constexpr std::array<std::string_view, 6> outcomes{"no_edge", "no_order", "order_long",
                                                              "body",    "lines",    "repeated"};
    static constexpr std::array<std::string_view, 3> losses{"connection", "queue", "agent"};

    std::array<Count, kinds.size()> messages{};
    std::array<Count, outcomes.size()> became{};
    std::array<Count, losses.size()> lost{};
    Count acknowledged{0};
    Count lines_made{0};
    Count lines_taken{0};
    Count lines_refused{0};
    Count lines_given_up{0};
    Count lines_pending{0};
    Count messages_pending{0};
    Count posts{0};
    Count posts_failed{0};
    Count connections{0};
    Count connections_failed{0};
    Count waiting{0};  // in the queue, at the last look
    std::atomic<bool> broker_up{false};
    std::atomic<bool> agent_up{true};
    std::atomic<bool> was_up{false};  // the broker, ever
};

inline void add(RabbitNumbers::Count& count, std::uint64_t more = 1) {
    count.store(count.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

}  // namespace ordertrace
