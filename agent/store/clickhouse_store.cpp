#include "store/clickhouse_store.h"

#include <algorithm>

#include "store/clickhouse_rows.h"
#include "store/clickhouse_schema.h"
#include "store/nearest_ids.h"

namespace ordertrace {
namespace {

// Questions go in the URL, whose length servers bound: 100 ids of 128 bytes make 40 kB at most.
constexpr std::ptrdiff_t orders_a_question = 100;

std::string number(std::size_t limit) { return std::to_string(std::min<std::size_t>(limit, 1U << 30U)); }

}  // namespace

ClickhouseStore::ClickhouseStore(ClickhouseSettings settings, std::string name_space, const std::string& destination)
    : client_{std::move(settings)},
      name_space_{std::move(name_space)},
      dropped_tag_{"agent.dropped." + destination},
      changes_{change_source()} {}

// `take` reads one row.
Result<void> ClickhouseStore::read_rows(const std::string& sql, const ClickhouseClient::Values& values,
                                        const auto& take) {
    auto all = values;
    all.emplace_back("ns", clickhouse_text(name_space_));
    const auto answer = client_.ask(sql, all);
    if (!answer) return tl::make_unexpected(answer.error());
    RowReader row{*answer};
    while (!row.at_end()) take(row);
    if (row.failed())
        return fail(client_.where() + ": an answer is cut short; look at the server and proxies before it");
    return {};
}

Result<std::vector<std::vector<Fact>>> ClickhouseStore::facts_of(const std::vector<std::string>& orders,
                                                                 std::size_t limit) {
    Facts found;
    for (auto begin = orders.cbegin(); begin != orders.cend();) {
        const auto end = begin + std::min(orders_a_question, orders.cend() - begin);
        if (auto added = add_facts(begin, end, limit, found); !added) return tl::make_unexpected(added.error());
        begin = end;
    }
    std::vector<std::vector<Fact>> all;
    for (const auto& order : orders) all.push_back(found[order]);
    return all;
}

// What is too much for one answer is asked for in two.
Result<void> ClickhouseStore::add_facts(OrderIterator begin, OrderIterator end, std::size_t limit, Facts& found) {
    static const std::string sql =
        std::string{"SELECT order_id, "} + fact_columns +
        " FROM (SELECT * FROM order_fact WHERE ns = {ns:String} AND order_id IN {orders:Array(String)} "
        "ORDER BY order_id, id, start, digest LIMIT 1 BY order_id, id) "
        "ORDER BY order_id, start DESC, id LIMIT {limit:UInt64} BY order_id";
    Facts here;
    const auto take = [&](RowReader& row) {
        auto order = row.text();
        here[std::move(order)].push_back(read_fact(row));
    };
    auto read = read_rows(sql, {{"orders", clickhouse_texts({begin, end})}, {"limit", number(limit)}}, take);
    if (!read && client_.too_large() && end - begin > 1) {
        const auto middle = begin + (end - begin) / 2;
        if (auto added = add_facts(begin, middle, limit, found); !added) return added;
        return add_facts(middle, end, limit, found);
    }
    if (read) found.merge(here);
    return read;
}

Result<std::vector<AliasClaim>> ClickhouseStore::claims_on(const std::vector<std::string>& ids) {
    std::vector<AliasClaim> claims;
    const auto take = [&](RowReader& row) {
        AliasClaim claim;
        for (auto* text : {&claim.order, &claim.system, &claim.id}) *text = row.text();
        claim.at = from_micros(row.i64());
        claims.push_back(std::move(claim));
    };
    for (auto begin = ids.cbegin(); begin != ids.cend();) {
        const auto end = begin + std::min(orders_a_question, ids.cend() - begin);
        auto read = read_rows(
            "SELECT order_id, system, id, min(at) AS first FROM order_alias "
            "WHERE ns = {ns:String} AND id IN {ids:Array(String)} GROUP BY order_id, system, id "
            "ORDER BY id, first, order_id, system LIMIT 1000 BY id",
            {{"ids", clickhouse_texts({begin, end})}}, take);
        if (!read) return tl::make_unexpected(read.error());
        begin = end;
    }
    return claims;
}

Result<ChangedOrders> ClickhouseStore::changes(ChangeCursor since, std::size_t limit) {
    return changes_.since(since, limit);
}

Result<ChangedOrders> ClickhouseStore::removals(ChangeCursor since, std::size_t) {
    return ChangedOrders{.orders = {}, .next = since, .more = false};
}

ChangeSource ClickhouseStore::change_source() {
    return {
        .now = [this]() -> Result<std::int64_t> {
            std::int64_t now = 0;
            auto read =
                read_rows("SELECT toUnixTimestamp64Micro(now64(6))", {}, [&](RowReader& row) { now = row.i64(); });
            if (!read) return tl::make_unexpected(read.error());
            return now;
        },
        .orders =
            [this](const std::string& after, std::size_t limit) {
                return ids(
                    "SELECT DISTINCT order_id FROM order_fact "
                    "WHERE ns = {ns:String} AND order_id > {text:String} ORDER BY order_id "
                    "LIMIT {limit:UInt64}",
                    after, limit);
            },
        .changes = [this](const ChangeRow& after, std::size_t limit) -> Result<std::vector<ChangeRow>> {
            std::vector<ChangeRow> rows;
            auto read = read_rows(
                "SELECT at, order_id FROM order_change WHERE ns = {ns:String} AND at >= {at:Int64} "
                "AND (at > {at:Int64} OR order_id > {order:String}) ORDER BY at, order_id LIMIT {limit:UInt64}",
                {{"at", std::to_string(after.at)}, {"order", clickhouse_text(after.order)}, {"limit", number(limit)}},
                [&](RowReader& row) {
                    const auto at = row.i64();
                    rows.push_back({.at = at, .order = row.text()});
                });
            if (!read) return tl::make_unexpected(read.error());
            return rows;
        },
        .clock = [] { return std::chrono::steady_clock::now(); }};
}

Result<std::vector<BeatOfSystem>> ClickhouseStore::beats(TimePoint from) {
    static const std::string sql = std::string{"SELECT system, "} + beat_columns +
                                   " FROM agent_beat WHERE until >= {from:Int64} "
                                   "ORDER BY system, start, host, until DESC LIMIT 1 BY system, start, host";
    std::vector<BeatOfSystem> found;
    const auto take = [&](RowReader& row) {
        auto system = row.text();
        found.emplace_back(std::move(system), read_beat(row));
    };
    auto read = read_rows(
        sql, {{"from", std::to_string(to_micros(from))}, {"destination", clickhouse_text(dropped_tag_)}}, take);
    if (!read) return tl::make_unexpected(read.error());
    return found;
}

Result<std::map<std::string, TimePoint>> ClickhouseStore::last_seen() {
    std::map<std::string, TimePoint> seen;
    const auto take = [&](RowReader& row) {
        auto system = row.text();
        seen[std::move(system)] = from_micros(row.i64());
    };
    auto read = read_rows(
        "SELECT system, max(at) AS heard FROM ("
        "SELECT system, at FROM system_heard WHERE ns = {ns:String} "
        "UNION ALL SELECT toString(system) AS system, seen_at AS at FROM agent_beat) "
        "GROUP BY system HAVING heard > 0 ORDER BY heard DESC LIMIT 1000",
        {}, take);
    if (!read) return tl::make_unexpected(read.error());
    return seen;
}

Result<std::vector<std::string>> ClickhouseStore::nearest(const std::string& text, std::size_t limit) {
    const std::string from = "SELECT DISTINCT order_id FROM order_fact WHERE ns = {ns:String} AND order_id ";
    const auto after = ids(from + ">= {text:String} ORDER BY order_id LIMIT {limit:UInt64}", text, limit);
    if (!after) return after;
    const auto before = ids(from + "< {text:String} ORDER BY order_id DESC LIMIT {limit:UInt64}", text, limit);
    if (!before) return before;
    return nearest_ids(text, limit, *after, *before);
}

Result<std::vector<std::string>> ClickhouseStore::ids(const std::string& sql, const std::string& text,
                                                      std::size_t limit) {
    std::vector<std::string> found;
    auto read = read_rows(sql, {{"text", clickhouse_text(text)}, {"limit", number(limit)}},
                          [&](RowReader& row) { found.push_back(row.text()); });
    if (!read) return tl::make_unexpected(read.error());
    return found;
}

Result<void> ClickhouseStore::ping() {
    std::uint64_t version = 0;
    auto read = read_rows("SELECT toUInt64(max(version)) FROM register_version", {},
                          [&](RowReader& row) { version = row.u64(); });
    if (!read) return read;
    if (version == clickhouse_schema_version) return {};
    if (version == 0)
        return fail(client_.where() + ": the register's tables are not complete; run `ordertrace-board migrate` again");
    return fail(client_.where() + ": the register's tables are of version " + std::to_string(version) +
                ", this board reads " + std::to_string(clickhouse_schema_version) +
                "; run the board of that version, or its `migrate --remove` and then `migrate` of this one");
}

}  // namespace ordertrace
