// A message as it lay in the adapter's queue, in plain texts: a copy made by the broker's tracing, or a dead-lettered
// message itself. Made by read_amqp.h, owned by whoever took it. Any one thread.
// Bounds: those of a broker's frame for everything but the body, which is cut by who reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ordertrace {

// One entry of the header x-death: why the message left a queue without being taken.
struct Death {
    std::string queue;
    std::string reason;  // rejected, expired, maxlen, delivery_limit
    std::string exchange;
    std::string routing_key;
    std::int64_t count = 0;
    std::int64_t seconds = 0;  // since 1970, of the first one; 0: not known
};

// Headers or properties: those that are texts or whole numbers.
using TextFields = std::vector<std::pair<std::string, std::string>>;

struct BrokerMessage {
    enum class Kind : std::uint8_t { published, delivered, dead, other };
    Kind kind = Kind::other;
    std::string exchange;  // it was published to
    std::string routing_key;
    std::vector<std::string> queues;  // published: those it was put into; delivered: the one it was taken from
    bool delivered_again = false;     // to its consumer
    TextFields headers;
    TextFields properties;
    std::vector<Death> deaths;  // the latest first
    std::string body;
    bool body_cut = false;
};

// The value of the first field of that name.
std::optional<std::string_view> find_field(const TextFields& fields, std::string_view name);

}  // namespace ordertrace
