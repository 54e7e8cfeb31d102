#include "store/sqlite_writer.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "store/fact_bytes.h"
#include "store/sqlite_schema.h"

namespace ordertrace {

Result<std::unique_ptr<SqliteWriter>> SqliteWriter::open(const std::string& file, const StoreLimits& limits) {
    auto database = SqliteDatabase::open_to_write(file);
    if (!database) return tl::make_unexpected(database.error());
    if (auto ready = prepare_to_write(*database); !ready) return tl::make_unexpected(ready.error());
    return std::unique_ptr<SqliteWriter>{new SqliteWriter{std::move(*database), limits}};
}

SqliteWriter::SqliteWriter(SqliteDatabase database, const StoreLimits& limits)
    : database_{std::move(database)},
      sequence_{database_},
      retention_{database_, limits},
      find_order_{database_.statement("SELECT key FROM orders WHERE id = ?")},
      add_order_{database_.statement("INSERT INTO orders (id, changed) VALUES (?, ?)")},
      touch_order_{database_.statement("UPDATE orders SET changed = ? WHERE key = ?")},
      add_fact_{database_.statement("INSERT INTO facts (order_key, id, start, body) VALUES (?, ?, ?, ?) "
                                    "ON CONFLICT DO UPDATE SET start = excluded.start, body = excluded.body "
                                    "WHERE (excluded.start, excluded.body) < (start, body)")},
      add_alias_{database_.statement("INSERT INTO aliases (id, system, order_key, at) VALUES (?, ?, ?, ?) "
                                     "ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at < at")},
      add_beat_{database_.statement("INSERT INTO beats (system, host, start, until, body) VALUES (?, ?, ?, ?, ?) "
                                    "ON CONFLICT DO UPDATE SET until = excluded.until, body = excluded.body "
                                    "WHERE (excluded.until, excluded.body) > (until, body)")},
      add_heard_{database_.statement("INSERT INTO systems (name, heard) VALUES (?, ?) "
                                     "ON CONFLICT DO UPDATE SET heard = excluded.heard WHERE excluded.heard > heard")} {
}

Result<void> SqliteWriter::write(const FactBatch& batch, TimePoint now) {
    counting_ = counters_;
    counting_.other_namespace += batch.other_namespace;
    counting_.without_order += batch.without_order;
    auto transaction = SqliteTransaction::begin(database_);
    if (!transaction) return tl::make_unexpected(transaction.error());
    if (auto begun = sequence_.begin(now); !begun) return begun;
    if (auto written = write_facts(batch); !written) return written;
    if (auto written = write_beats(batch); !written) return written;
    if (auto written = write_heard(batch); !written) return written;
    if (auto room = make_room(batch, now); !room) return room;
    if (auto committed = transaction->commit(); !committed) return committed;
    counters_ = counting_;
    return {};
}

Result<bool> SqliteWriter::tidy(TimePoint now) {
    counting_ = counters_;
    auto transaction = SqliteTransaction::begin(database_);
    if (!transaction) return tl::make_unexpected(transaction.error());
    if (auto begun = sequence_.begin(now); !begun) return tl::make_unexpected(begun.error());
    const auto more = retention_.remove_orders(sequence_, now, {}, counting_.removed);
    if (!more) return more;
    if (auto removed = retention_.remove_the_rest(now); !removed) return tl::make_unexpected(removed.error());
    if (auto committed = transaction->commit(); !committed) return tl::make_unexpected(committed.error());
    counters_ = counting_;
    return more;
}

// Sorted as the rows will lie, so that each order is looked up once and pages are visited one after another.
Result<void> SqliteWriter::write_facts(const FactBatch& batch) {
    by_order_.clear();
    for (const auto& fact : batch.facts) by_order_.push_back(&fact);
    std::sort(by_order_.begin(), by_order_.end(), [](const OrderFact* a, const OrderFact* b) {
        const auto order = a->order.compare(b->order);
        return order != 0 ? order < 0 : a->fact.id < b->fact.id;
    });
    for (auto begin = by_order_.cbegin(); begin != by_order_.cend();) {
        const auto end = std::find_if(begin, by_order_.cend(),
                                      [&](const OrderFact* other) { return other->order != (*begin)->order; });
        if (auto written = write_order(begin, end); !written) return written;
        begin = end;
    }
    return {};
}

Result<void> SqliteWriter::write_order(Facts::const_iterator begin, Facts::const_iterator end) {
    bool is_new = false;
    const auto key = key_of((*begin)->order, is_new);
    if (!key) return tl::make_unexpected(key.error());
    bool changed = false;
    for (; begin != end; ++begin) {
        const auto written = write_fact(*key, (*begin)->fact);
        if (!written) return tl::make_unexpected(written.error());
        changed |= *written;
        ++(*written ? counting_.facts_written : counting_.facts_duplicate);
    }
    if (is_new || !changed) return {};
    return touch_order_.run(sequence_.next(), *key);
}

Result<std::int64_t> SqliteWriter::key_of(const std::string& order, bool& is_new) {
    const auto found = find_order_.number(order);
    if (!found) return tl::make_unexpected(found.error());
    if (*found) return **found;
    if (auto added = add_order_.run(order, sequence_.next()); !added) return tl::make_unexpected(added.error());
    is_new = true;
    return database_.last_key();
}

// False: it was there already.
Result<bool> SqliteWriter::write_fact(std::int64_t key, const Fact& fact) {
    body_.clear();
    append_bytes(body_, fact);
    const auto id = static_cast<std::int64_t>(fact.id.value);
    if (auto added = add_fact_.run(key, id, to_micros(fact.start), Blob{body_}); !added)
        return tl::make_unexpected(added.error());
    if (database_.changed_rows() == 0) return false;
    if (auto added = write_alias(key, fact); !added) return tl::make_unexpected(added.error());
    return true;
}

Result<void> SqliteWriter::write_alias(std::int64_t key, const Fact& fact) {
    if (fact.record != FactRecord::alias) return {};
    const auto alias = split_alias(fact.alias);
    if (alias.id.empty()) return {};
    return add_alias_.run(alias.id, alias.system, key, to_micros(fact.start));
}

Result<void> SqliteWriter::write_beats(const FactBatch& batch) {
    for (const auto& [system, beat] : batch.beats) {
        const auto body = to_bytes(beat);
        auto added = add_beat_.run(system, beat.host, to_micros(beat.start), to_micros(beat.end), Blob{body});
        if (!added) return added;
        ++counting_.beats;
    }
    return {};
}

Result<void> SqliteWriter::write_heard(const FactBatch& batch) {
    std::map<std::string_view, TimePoint> heard;
    const auto hear = [&](std::string_view system, TimePoint at) {
        if (at == TimePoint{}) return;
        auto& latest = heard[system];
        latest = std::max(latest, at);
    };
    for (const auto& fact : batch.facts) hear(fact.fact.system, heard_at(fact.fact));
    for (const auto& [system, beat] : batch.beats) hear(system, beat.seen_at);
    for (const auto& [system, at] : heard)
        if (auto added = add_heard_.run(system, to_micros(at)); !added) return added;
    return {};
}

// Twice as many facts may go as came, so that a file that is over its limit comes down under any load.
Result<void> SqliteWriter::make_room(const FactBatch& batch, TimePoint now) {
    const auto over = retention_.over_limit();
    if (!over) return tl::make_unexpected(over.error());
    if (!*over) return {};
    const auto came = static_cast<std::int64_t>(batch.facts.size());
    const RemovalBudget budget{.orders = RemovalBudget{}.orders + 2 * came, .facts = RemovalBudget{}.facts + 2 * came};
    return retention_.remove_orders(sequence_, now, budget, counting_.removed).map([](bool) {});
}

}  // namespace ordertrace
