#include "store/clickhouse_migrate.h"

#include "store/clickhouse_client.h"
#include "store/clickhouse_schema.h"
#include "store/clickhouse_values.h"

namespace ordertrace {
namespace {

constexpr Duration patience = std::chrono::minutes{10};

Result<std::uint64_t> count(ClickhouseClient& client, const std::string& sql) {
    const auto answer = client.ask(sql);
    if (!answer) return tl::make_unexpected(answer.error());
    RowReader row{*answer};
    const auto value = row.u64();
    if (row.failed()) return fail(client.where() + ": an answer is cut short; look at the server");
    return value;
}

Result<void> run_all(ClickhouseClient& client, const std::vector<std::string>& statements) {
    for (const auto& statement : statements)
        if (auto done = client.run(statement, patience); !done) return done;
    return {};
}

Result<std::vector<std::string>> days(ClickhouseClient& client) {
    const auto answer = client.ask("SELECT DISTINCT toString(toDate(start_time)) AS day FROM spans ORDER BY day");
    if (!answer) return tl::make_unexpected(answer.error());
    std::vector<std::string> found;
    RowReader row{*answer};
    while (!row.at_end()) found.push_back(row.text());
    if (row.failed()) return fail(client.where() + ": an answer is cut short; look at the server");
    return found;
}

// The orders are told as changed at the end, for a board that began to enumerate them in between.
Result<void> fill(ClickhouseClient& client, const SayProgress& say) {
    const auto all = days(client);
    if (!all) return tl::make_unexpected(all.error());
    for (const auto& day : *all) {
        for (const auto& statement : clickhouse_schema().fill)
            if (auto filled = client.run(statement, patience, {{"day", day}}); !filled) return filled;
        say("spans of " + day + " read");
    }
    return client.run(
        "INSERT INTO order_change (ns, order_id, at) "
        "SELECT ns, order_id, toUnixTimestamp64Micro(now64(6)) FROM order_fact GROUP BY ns, order_id",
        patience);
}

}  // namespace

Result<void> migrate_clickhouse(const ClickhouseSettings& settings, const SayProgress& say) {
    ClickhouseClient client{settings};
    const auto spans =
        count(client, "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'spans'");
    if (!spans) return tl::make_unexpected(spans.error());
    if (*spans == 0)
        return fail(client.where() + ": there is no table `spans`; start Jaeger with this database once, it makes it");
    if (auto made = run_all(client, clickhouse_schema().create); !made) return made;
    const auto version = count(client, "SELECT toUInt64(max(version)) FROM register_version");
    if (!version) return tl::make_unexpected(version.error());
    if (*version == clickhouse_schema_version) {
        say("the register's tables are there already");
        return {};
    }
    if (*version != 0)
        return fail(client.where() + ": the register's tables are of version " + std::to_string(*version) +
                    ", this board makes " + std::to_string(clickhouse_schema_version) +
                    "; run `migrate --remove` first, then `migrate`");
    say("the register's tables and views are made");
    if (auto filled = fill(client, say); !filled) return filled;
    const auto noted = "INSERT INTO register_version (version) SELECT " + std::to_string(clickhouse_schema_version);
    if (auto done = client.run(noted, patience); !done) return done;
    say("all spans that were there are read");
    return {};
}

Result<void> remove_from_clickhouse(const ClickhouseSettings& settings, const SayProgress& say) {
    ClickhouseClient client{settings};
    if (auto removed = run_all(client, clickhouse_schema().remove); !removed) return removed;
    say("the register's views and tables are removed");
    return {};
}

}  // namespace ordertrace
