#include "store/sqlite_store.h"

#include <algorithm>

#include "store/fact_bytes.h"
#include "store/nearest_ids.h"
#include "store/sqlite_schema.h"

namespace ordertrace {
namespace {

std::int64_t bounded(std::size_t limit) { return static_cast<std::int64_t>(std::min<std::size_t>(limit, 1U << 30U)); }

std::string text_of(std::string_view text) { return std::string{text}; }

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& file) {
    auto database = SqliteDatabase::open_to_read(file);
    if (!database) return tl::make_unexpected(database.error());
    if (auto ready = prepare_to_read(*database); !ready) return tl::make_unexpected(ready.error());
    return std::unique_ptr<SqliteStore>{new SqliteStore{std::move(*database)}};
}

SqliteStore::SqliteStore(SqliteDatabase database)
    : database_{std::move(database)},
      facts_{database_.statement("SELECT id, start, body FROM facts "
                                 "WHERE order_key = (SELECT key FROM orders WHERE id = ?) "
                                 "ORDER BY start DESC, id LIMIT ?")},
      claims_{database_.statement("SELECT orders.id, system, aliases.id, at FROM aliases "
                                  "JOIN orders ON key = order_key WHERE aliases.id = ? "
                                  "ORDER BY at, orders.id, system LIMIT 1000")},
      changes_{database_.statement("SELECT changed, id FROM orders WHERE changed > ? ORDER BY changed LIMIT ?")},
      removals_{database_.statement("SELECT changed, id FROM removed WHERE changed > ? ORDER BY changed LIMIT ?")},
      beats_{database_.statement("SELECT system, host, start, until, body FROM beats WHERE until >= ? "
                                 "ORDER BY system, start, host")},
      systems_{database_.statement("SELECT name, heard FROM systems ORDER BY heard DESC LIMIT 1000")},
      ids_from_{database_.statement("SELECT id FROM orders WHERE id >= ? ORDER BY id LIMIT ?")},
      ids_before_{database_.statement("SELECT id FROM orders WHERE id < ? ORDER BY id DESC LIMIT ?")},
      ping_{database_.statement("SELECT key FROM orders LIMIT 1")} {}

Result<std::vector<std::vector<Fact>>> SqliteStore::facts_of(const std::vector<std::string>& orders,
                                                             std::size_t limit) {
    std::vector<std::vector<Fact>> all;
    for (const auto& order : orders) {
        auto facts = facts_of_one(order, limit);
        if (!facts) return tl::make_unexpected(facts.error());
        all.push_back(std::move(*facts));
    }
    return all;
}

Result<std::vector<Fact>> SqliteStore::facts_of_one(const std::string& order, std::size_t limit) {
    std::vector<Fact> facts;
    bool damaged = false;
    const auto take = [&](const SqliteStatement& row) {
        const SpanId id{static_cast<std::uint64_t>(row.integer(0))};
        auto fact = fact_from_bytes(id, from_micros(row.integer(1)), row.bytes(2));
        damaged |= !fact;
        if (fact) facts.push_back(std::move(*fact));
    };
    if (auto read = facts_.each(take, order, bounded(limit)); !read) return tl::make_unexpected(read.error());
    if (damaged) return fail(database_.file() + ": facts of order " + order + " are damaged; move the file away");
    return facts;
}

Result<std::vector<AliasClaim>> SqliteStore::claims_on(const std::vector<std::string>& ids) {
    std::vector<AliasClaim> claims;
    for (const auto& id : ids) {
        const auto take = [&](const SqliteStatement& row) {
            claims.push_back({.order = text_of(row.text(0)),
                              .system = text_of(row.text(1)),
                              .id = text_of(row.text(2)),
                              .at = from_micros(row.integer(3))});
        };
        if (auto read = claims_.each(take, id); !read) return tl::make_unexpected(read.error());
    }
    return claims;
}

Result<ChangedOrders> SqliteStore::changes(ChangeCursor since, std::size_t limit) {
    return changed(changes_, since, limit);
}

Result<ChangedOrders> SqliteStore::removals(ChangeCursor since, std::size_t limit) {
    return changed(removals_, since, limit);
}

Result<ChangedOrders> SqliteStore::changed(SqliteStatement& statement, ChangeCursor since, std::size_t limit) {
    ChangedOrders found{.orders = {}, .next = since, .more = false};
    const auto take = [&](const SqliteStatement& row) {
        found.more = found.orders.size() == limit;
        if (found.more) return;
        found.next.value = row.integer(0);
        found.orders.push_back(text_of(row.text(1)));
    };
    if (auto read = statement.each(take, since.value, bounded(limit) + 1); !read)
        return tl::make_unexpected(read.error());
    return found;
}

Result<std::vector<BeatOfSystem>> SqliteStore::beats(TimePoint from) {
    std::vector<BeatOfSystem> found;
    bool damaged = false;
    const auto take = [&](const SqliteStatement& row) {
        auto beat = beat_from_bytes(row.bytes(4));
        damaged |= !beat;
        if (!beat) return;
        beat->host = row.text(1);
        beat->start = from_micros(row.integer(2));
        beat->end = from_micros(row.integer(3));
        found.emplace_back(row.text(0), std::move(*beat));
    };
    if (auto read = beats_.each(take, to_micros(from)); !read) return tl::make_unexpected(read.error());
    if (damaged) return fail(database_.file() + ": a beat is damaged; move the file away");
    return found;
}

Result<std::map<std::string, TimePoint>> SqliteStore::last_seen() {
    std::map<std::string, TimePoint> seen;
    const auto take = [&](const SqliteStatement& row) { seen[text_of(row.text(0))] = from_micros(row.integer(1)); };
    if (auto read = systems_.each(take); !read) return tl::make_unexpected(read.error());
    return seen;
}

Result<std::vector<std::string>> SqliteStore::nearest(const std::string& text, std::size_t limit) {
    const auto after = ids(ids_from_, text, limit);
    if (!after) return after;
    const auto before = ids(ids_before_, text, limit);
    if (!before) return before;
    return nearest_ids(text, limit, *after, *before);
}

Result<std::vector<std::string>> SqliteStore::ids(SqliteStatement& statement, const std::string& text,
                                                  std::size_t limit) {
    std::vector<std::string> found;
    const auto take = [&](const SqliteStatement& row) { found.push_back(text_of(row.text(0))); };
    if (auto read = statement.each(take, text, bounded(limit)); !read) return tl::make_unexpected(read.error());
    return found;
}

Result<void> SqliteStore::ping() { return ping_.run(); }

}  // namespace ordertrace
