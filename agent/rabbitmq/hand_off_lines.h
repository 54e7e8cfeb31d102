// What a message of the broker says about orders, as lines for the agent. Pure: `now` is an argument.
// Owned by the worker; any one thread. Bounds: a few lines an edge; values are cut a little above the protocol's
// limits, so that the agent still sees that they were too long, and what is long in a key is hashed.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "rabbitmq/broker_message.h"
#include "rabbitmq/rabbit_settings.h"

namespace ordertrace {

struct HandOffLine {
    std::string text;
    std::string key;    // the same for the same fact, whenever it is seen
    bool once = false;  // a fact that more than one message tells: only the first of them counts
};

// Why a message became no line.
enum class Skipped : std::uint8_t { no_edge, no_order, order_long, body };

struct HandOffLines {
    std::vector<HandOffLine> lines;
    Skipped skipped = Skipped::no_edge;  // if there is no line
};

HandOffLines hand_off_lines(const std::vector<EdgeSettings>& edges, const BrokerMessage& message, TimePoint now);

}  // namespace ordertrace
