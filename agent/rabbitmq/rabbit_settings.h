// The settings of ordertrace-rabbitmq: plain data with the defaults of config/rabbitmq.yaml (a test holds the two
// together). Only rabbit_settings_reader.h makes one from a file; it is whole and valid then. Any thread.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "settings/common_settings.h"

namespace ordertrace {

// Where in a message something stands.
struct FieldSource {
    enum class Kind : std::uint8_t { none, header, property, body };
    Kind kind = Kind::none;
    std::string name;  // of the header or property; the JSON pointer into the body
    friend bool operator==(const FieldSource&, const FieldSource&) = default;
};

// What goes from one system to another, and by which queue. The patterns are globs.
struct EdgeSettings {
    std::string from;
    std::string to;
    std::string queue;
    std::string exchange = "*";
    std::string routing_key = "*";
    FieldSource order;
    FieldSource message{FieldSource::Kind::property, "message_id"};
    FieldSource status;  // none: the hand-off carries no status
    friend bool operator==(const EdgeSettings&, const EdgeSettings&) = default;
};

struct BrokerSettings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 5672;
    std::string vhost = "/";
    std::string username = "ordertrace";
    std::string password_file;  // empty: an empty password
    std::string ca_file;        // empty: no TLS
    std::string cert_file;
    std::string key_file;
    Duration heartbeat = std::chrono::seconds{30};
    std::string queue = "ordertrace";
    std::size_t prefetch = 1000;
    std::size_t queue_limit = 100'000;
    friend bool operator==(const BrokerSettings&, const BrokerSettings&) = default;
};

struct RabbitSettings {
    BrokerSettings broker;
    Url agent{.host = "127.0.0.1", .port = 4749, .target = "/", .text = "http://127.0.0.1:4749"};
    Duration agent_timeout = std::chrono::seconds{10};
    std::vector<EdgeSettings> edges;
    Endpoint admin{.port = 4752};
    LogSettings log;
    Duration shutdown_deadline = std::chrono::seconds{20};
    friend bool operator==(const RabbitSettings&, const RabbitSettings&) = default;
};

}  // namespace ordertrace
