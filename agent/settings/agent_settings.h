// The agent's settings: plain data with the defaults of config/agent.yaml (a test holds the two together).
// Only read_agent_settings (settings/agent_reader.h) makes one from a file; it is whole and valid then.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "journal/journal.h"
#include "settings/common_settings.h"
#include "steps/step_rules.h"

namespace ordertrace {

struct OrderSettings {
    enum class Case : std::uint8_t { keep, upper, lower };
    bool strip_leading_zeros = false;
    Case letter_case = Case::keep;
    std::string pattern;  // RE2; the first capture is the id, where it does not match the id stays
    friend bool operator==(const OrderSettings&, const OrderSettings&) = default;
};

// A range of senders that may use a non-loopback listener.
struct Cidr {
    std::string text;
    std::array<unsigned char, 16> network{};  // IPv4 as ::ffff:a.b.c.d
    unsigned prefix = 128;                    // of the 128 bits
    friend bool operator==(const Cidr&, const Cidr&) = default;
};

// One way in: sockets of three kinds, or a directory that files are put into.
struct ListenerSettings {
    enum class Kind : std::uint8_t { udp, tcp, http, directory };
    enum class Then : std::uint8_t { move, remove };  // what becomes of a file that was read
    Kind kind = Kind::udp;
    Endpoint address{.port = 4747};  // not of a directory
    std::string directory;
    std::vector<Cidr> allow_from;
    std::vector<std::string> systems;  // lower case
    std::vector<std::string> namespaces;
    std::string charset;
    std::string legacy_charset = "windows-1251";
    std::string timezone = "UTC";
    std::uint64_t receive_buffer = 8ULL << 20U;        // udp
    std::size_t max_connections = 64;                  // tcp, http
    Duration idle_timeout = std::chrono::minutes{10};  // tcp, http; 0: none
    Then then = Then::move;                            // directory
    friend bool operator==(const ListenerSettings&, const ListenerSettings&) = default;
};

struct AttributeSettings {
    enum class Mask : std::uint8_t { card_number, email, phone };
    enum class Notes : std::uint8_t { keep, mask, drop };
    std::vector<std::string> allow{"*"};  // globs
    std::vector<Mask> mask;
    Notes notes = Notes::keep;
    friend bool operator==(const AttributeSettings&, const AttributeSettings&) = default;
};

struct AuthSettings {
    std::string username;  // basic, with password_file
    std::string password_file;
    std::string bearer_token_file;
    friend bool operator==(const AuthSettings&, const AuthSettings&) = default;
};

struct DestinationSettings {
    enum class Compression : std::uint8_t { none, gzip };
    std::string name = "jaeger";
    std::vector<Url> urls{{.host = "127.0.0.1", .port = 14268, .text = "http://127.0.0.1:14268/api/traces"}};
    std::size_t max_spans = 8192;
    std::uint64_t max_bytes = 4ULL << 20U;
    Duration max_wait = std::chrono::milliseconds{200};
    Duration timeout = std::chrono::seconds{30};
    Duration retry_first = std::chrono::milliseconds{500};
    Duration retry_max = std::chrono::seconds{5};
    Compression compression = Compression::none;
    TlsSettings tls;
    AuthSettings auth;
    friend bool operator==(const DestinationSettings&, const DestinationSettings&) = default;
};

struct AgentSettings {
    std::string system;  // required
    std::string name_space = "default";
    std::vector<std::pair<std::string, std::string>> tags;  // in the file's order
    OrderSettings order;
    std::vector<ListenerSettings> listen{{}};
    AttributeSettings attributes;
    StepRules steps;  // with order.origin, order.origin_status, linked_systems; host_name is the app's to fill
    JournalSettings journal;
    std::vector<DestinationSettings> destinations{{}};  // `export:`
    Endpoint admin{.port = 4748};
    Duration beat_every = std::chrono::minutes{5};  // 0: off
    LogSettings log;
    Duration shutdown_deadline = std::chrono::seconds{20};
    friend bool operator==(const AgentSettings&, const AgentSettings&) = default;
};

}  // namespace ordertrace
