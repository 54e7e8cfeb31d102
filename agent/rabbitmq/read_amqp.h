// From the tables of AMQP to a BrokerMessage. Pure; copies everything, the library's buffers are free afterwards.
#pragma once

#include <string_view>

#include <amqp.h>

#include "rabbitmq/broker_message.h"

namespace ordertrace {

// The exchange to which a broker publishes what it traces.
inline constexpr std::string_view trace_exchange = "amq.rabbitmq.trace";

// All but the body. `exchange` and `routing_key` are those by which the message came into the adapter's queue.
BrokerMessage read_amqp(std::string_view exchange, std::string_view routing_key,
                        const amqp_basic_properties_t& properties);

}  // namespace ordertrace
