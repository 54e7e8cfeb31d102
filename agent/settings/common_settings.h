// What the settings of the agent and of the board have in common: plain data.
// Made by the readers of this room; whole and valid then. Any thread.
#pragma once

#include <cstdint>
#include <string>

namespace ordertrace {

// An address and port as the sockets API wants it; only numeric hosts.
struct Endpoint {
    std::string host = "127.0.0.1";  // without brackets
    std::uint16_t port = 0;
    bool ipv6 = false;
    bool loopback = true;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};
std::string to_string(const Endpoint& endpoint);  // 127.0.0.1:4747, [::1]:4747

struct Url {
    bool tls = false;
    std::string host;  // without brackets
    std::uint16_t port = 0;
    std::string target = "/api/traces";
    std::string text;  // as written
    friend bool operator==(const Url&, const Url&) = default;
};

struct TlsSettings {
    std::string ca_file;  // empty: the system's store
    std::string cert_file;
    std::string key_file;
    std::string server_name;  // empty: the URL's host
    friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

struct LogSettings {
    enum class Level : std::uint8_t { debug, info, warning, error };
    enum class Format : std::uint8_t { text, json };
    Level level = Level::info;
    Format format = Format::text;
    friend bool operator==(const LogSettings&, const LogSettings&) = default;
};

}  // namespace ordertrace
