#include <algorithm>

#include "settings/addresses.h"
#include "settings/board_sections.h"
#include "settings/common_sections.h"

namespace ordertrace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr UrlJudge clickhouse_url{.example = "http://127.0.0.1:8123",
                                  .target = "/",
                                  .no_user = "credentials belong into username and password_file",
                                  .no_query = "the board adds its own"};

Judged<std::string> database_name(const std::string& text) {
    const bool good = !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (good) return text;
    return complain(quoted(text) + " is no name of a database", "use A-Z a-z 0-9 _ , at most 64 of them");
}

Judged<std::string> database_user(const std::string& text) {
    if (!text.empty() && text.size() <= 128) return text;
    return complain(quoted(text) + " is no name of a user", "write 1 to 128 bytes");
}

// All or nothing: an intake that asks no client for a certificate is what the loopback address is for.
void read_intake_tls(MapReader& map, IntakeTlsSettings& tls) {
    map.read_file_path("cert_file", tls.cert_file);
    map.read_file_path("key_file", tls.key_file);
    map.read_file_path("client_ca_file", tls.client_ca_file);
    const auto keys = {"cert_file", "key_file", "client_ca_file"};
    const auto given = [&](const char* key) { return map.given(key); };
    if (std::none_of(keys.begin(), keys.end(), given)) return;
    for (const auto* key : keys)
        if (!given(key)) map.problem(key, "missing", "tls needs cert_file, key_file and client_ca_file");
}

void read_sqlite(MapReader& map, SqliteSettings& sqlite) {
    constexpr std::uint64_t mebibyte = 1ULL << 20U;
    map.read_directory_path("file", sqlite.file);
    const bool good_intake = map.read("intake", sqlite.intake, parse_endpoint) || !map.has("intake");
    map.read("keep", sqlite.keep, DurationRange{hours{1}, hours{24 * 3650}});
    map.read("limit", sqlite.limit, SizeRange{mebibyte, mebibyte << 26U});
    bool tls_given = false;
    map.map("tls", [&](MapReader& inner) {
        read_intake_tls(inner, sqlite.tls);
        tls_given = inner.given("cert_file") || inner.given("key_file") || inner.given("client_ca_file");
    });
    if (good_intake && !sqlite.intake.loopback && !tls_given)
        map.problem("intake", to_string(sqlite.intake) + " can be reached from other hosts",
                    "listen on 127.0.0.1, or take only clients with a certificate: give cert_file, key_file and "
                    "client_ca_file in tls");
}

void read_clickhouse(MapReader& map, ClickhouseSettings& clickhouse) {
    const bool good_url = map.read("url", clickhouse.url, clickhouse_url) || !map.has("url");
    map.read("database", clickhouse.database, database_name);
    map.read("username", clickhouse.username, database_user);
    map.read_file_path("password_file", clickhouse.password_file);
    map.map("tls", [&](MapReader& inner) {
        read_client_tls(inner, "the ClickHouse server", !good_url || clickhouse.url.tls, clickhouse.tls);
    });
    map.read("timeout", clickhouse.timeout, DurationRange{milliseconds{100}, minutes{1}});
}

}  // namespace

void read_store(MapReader& root, StoreSettings& store) {
    root.map("store", [&](MapReader& map) {
        SqliteSettings sqlite;
        map.map("sqlite", [&](MapReader& inner) { read_sqlite(inner, sqlite); });
        store = std::move(sqlite);
        map.map("clickhouse", [&](MapReader& inner) { read_clickhouse(inner, store.emplace<ClickhouseSettings>()); });
        if (map.has("sqlite") && map.has("clickhouse"))
            map.problem("clickhouse", "a second store", "leave sqlite or clickhouse out");
    });
}

}  // namespace ordertrace
