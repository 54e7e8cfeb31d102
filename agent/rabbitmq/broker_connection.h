// A connection to the broker that reads one queue. Owned by the worker, one thread, which it blocks within the times it
// is given. Bounds: 10 s to connect, for a handshake, an answer or the rest of a message; 1 MiB of a message's body,
// the rest of it is read and left out; the prefetch limits what the broker sends ahead.
// broker_connection.cpp and read_amqp.cpp are the only files that see librabbitmq.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "rabbitmq/broker_message.h"
#include "rabbitmq/rabbit_settings.h"

namespace ordertrace {

struct Delivery {
    std::uint64_t tag = 0;
    bool again = false;  // the broker may have sent it before
    BrokerMessage message;
};

struct QueueState {
    std::uint64_t waiting = 0;  // messages that were not sent to a consumer
    std::uint64_t consumers = 0;
};

class BrokerConnection {
public:
    // Connects, logs in, looks at the queue and begins to read it.
    static Result<std::unique_ptr<BrokerConnection>> open(const BrokerSettings& settings);
    ~BrokerConnection();

    // The queue before this connection began to read it.
    QueueState found() const;

    // The next message; nothing: there was none within `patience`. After an error the connection is of no use.
    Result<std::optional<Delivery>> take(std::chrono::milliseconds patience);

    // This message and all before it.
    Result<void> acknowledge(std::uint64_t tag);

    Result<QueueState> look();

    // Says goodbye; without it the broker sees a lost connection.
    void close();

private:
    class Link;
    explicit BrokerConnection(std::unique_ptr<Link> link);
    std::unique_ptr<Link> link_;
};

}  // namespace ordertrace
