// The board's settings: plain data with the defaults of config/board.yaml (a test holds the two together).
// Only settings/board_reader.h makes one from a file; it is whole and valid then. Any thread.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/time.h"
#include "settings/common_settings.h"

namespace ordertrace {

// Of the intake's HTTPS, which takes spans only from clients with a certificate. All three files or none.
struct IntakeTlsSettings {
    std::string cert_file;  // empty: plain HTTP
    std::string key_file;
    std::string client_ca_file;
    bool used() const { return !cert_file.empty(); }
    friend bool operator==(const IntakeTlsSettings&, const IntakeTlsSettings&) = default;
};

struct SqliteSettings {
    std::string file = "/var/lib/ordertrace-board/orders.db";
    Endpoint intake{.port = 4751};  // loopback, or with `tls`
    Duration keep = std::chrono::hours{24 * 90};
    std::uint64_t limit = 20ULL << 30U;
    IntakeTlsSettings tls;
    friend bool operator==(const SqliteSettings&, const SqliteSettings&) = default;
};

struct ClickhouseSettings {
    Url url{.host = "127.0.0.1", .port = 8123, .target = "/", .text = "http://127.0.0.1:8123"};
    std::string database = "jaeger";
    std::string username = "board";
    std::string password_file;  // empty: no password
    TlsSettings tls;
    Duration timeout = std::chrono::seconds{5};  // of a query
    friend bool operator==(const ClickhouseSettings&, const ClickhouseSettings&) = default;
};

using StoreSettings = std::variant<SqliteSettings, ClickhouseSettings>;

struct WebSettings {
    Endpoint listen{.port = 4750};                      // always loopback: a front proxy publishes it
    std::string base_path = "/";                        // begins and ends with a slash
    std::string jaeger_url = "http://127.0.0.1:16686";  // without a slash at its end; empty: no links
    friend bool operator==(const WebSettings&, const WebSettings&) = default;
};

struct WatchSettings {
    Duration every = std::chrono::seconds{10};
    Duration settle = std::chrono::minutes{10};
    Duration look_back = std::chrono::hours{24 * 7};
    Duration beat_gap = std::chrono::minutes{10};
    std::string destination = "board";  // the agents' name for this store; with ClickHouse the default is `jaeger`
    std::optional<Endpoint> emit_to = Endpoint{.port = 4747};  // none: no marks
    friend bool operator==(const WatchSettings&, const WatchSettings&) = default;
};

struct BoardSettings {
    std::string lifecycle;  // the path of that file; required
    StoreSettings store;
    WebSettings web;
    WatchSettings watch;
    LogSettings log;
    Duration shutdown_deadline = std::chrono::seconds{20};
    friend bool operator==(const BoardSettings&, const BoardSettings&) = default;
};

}  // namespace ordertrace
