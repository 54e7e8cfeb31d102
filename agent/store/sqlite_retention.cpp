#include "store/sqlite_retention.h"

namespace ordertrace {

SqliteRetention::SqliteRetention(const SqliteDatabase& database, const StoreLimits& limits)
    : database_{database},
      limits_{limits},
      page_size_{database.statement("PRAGMA page_size")},
      page_count_{database.statement("PRAGMA page_count")},
      free_pages_{database.statement("PRAGMA freelist_count")},
      oldest_{database.statement("SELECT key, changed, id FROM orders ORDER BY changed LIMIT 1")},
      remove_facts_{database.statement("DELETE FROM facts WHERE order_key = ?")},
      remove_aliases_{database.statement("DELETE FROM aliases WHERE order_key = ?")},
      remove_order_{database.statement("DELETE FROM orders WHERE key = ?")},
      tell_{database.statement("INSERT INTO removed (changed, id) VALUES (?, ?)")},
      remove_beats_{
          database.statement("DELETE FROM beats WHERE (system, host, start) IN "
                             "(SELECT system, host, start FROM beats WHERE until < ? ORDER BY until LIMIT 1000)")},
      remove_tidings_{
          database.statement("DELETE FROM removed WHERE changed IN "
                             "(SELECT changed FROM removed WHERE changed < ? ORDER BY changed LIMIT 1000)")},
      remove_systems_{database.statement("DELETE FROM systems WHERE heard < ? OR name NOT IN "
                                         "(SELECT name FROM systems ORDER BY heard DESC, name LIMIT ?)")} {}

Result<bool> SqliteRetention::remove_orders(ChangeSequence& sequence, TimePoint now, RemovalBudget budget,
                                            RemovedOrders& removed) {
    while (true) {
        const auto order = oldest();
        if (!order) return tl::make_unexpected(order.error());
        const auto over = over_limit();
        if (!over) return over;
        const bool too_old = order->changed < to_micros(now - limits_.keep);
        if (order->key == 0 || (!too_old && !*over)) return false;
        if (budget.orders-- <= 0 || budget.facts <= 0) return true;
        const auto facts = remove(*order, sequence.next());
        if (!facts) return tl::make_unexpected(facts.error());
        budget.facts -= *facts;
        ++(too_old ? removed.by_age : removed.by_limit);
    }
}

Result<void> SqliteRetention::remove_the_rest(TimePoint now) {
    if (auto done = remove_beats_.run(to_micros(now - limits_.keep_beats)); !done) return done;
    if (auto done = remove_tidings_.run(to_micros(now - limits_.keep_removed)); !done) return done;
    return remove_systems_.run(to_micros(now - limits_.keep_beats), StoreLimits::systems);
}

Result<std::uint64_t> SqliteRetention::used_bytes() {
    const auto size = page_size_.number();
    const auto pages = page_count_.number();
    const auto free = free_pages_.number();
    for (const auto* number : {&size, &pages, &free})
        if (!*number) return tl::make_unexpected(number->error());
    return static_cast<std::uint64_t>((pages->value_or(0) - free->value_or(0)) * size->value_or(0));
}

Result<bool> SqliteRetention::over_limit() {
    return used_bytes().map([&](std::uint64_t used) { return used > limits_.bytes; });
}

// Its key is 0 if there is no order.
Result<SqliteRetention::Oldest> SqliteRetention::oldest() {
    Oldest order;
    auto read = oldest_.each([&](const SqliteStatement& row) {
        order = {.key = row.integer(0), .changed = row.integer(1), .id = std::string{row.text(2)}};
    });
    if (!read) return tl::make_unexpected(read.error());
    return order;
}

// The number of its facts.
Result<std::int64_t> SqliteRetention::remove(const Oldest& order, std::int64_t place) {
    if (auto done = remove_facts_.run(order.key); !done) return tl::make_unexpected(done.error());
    const auto facts = database_.changed_rows();
    if (auto done = remove_aliases_.run(order.key); !done) return tl::make_unexpected(done.error());
    if (auto done = remove_order_.run(order.key); !done) return tl::make_unexpected(done.error());
    if (auto done = tell_.run(place, order.id); !done) return tl::make_unexpected(done.error());
    return facts;
}

}  // namespace ordertrace
