#include "unit/store/sqlite_support.h"

#include <algorithm>

namespace ordertrace::test {
namespace {

std::vector<std::string> sorted(std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    return texts;
}

}  // namespace

std::string integrity_of(const std::string& file) {
    const auto database = taken(SqliteDatabase::open_to_read(file));
    std::string found;
    auto check = database.statement("PRAGMA integrity_check");
    const auto read = check.each([&](const SqliteStatement& row) { found += row.text(0); });
    return read ? found : read.error().message;
}

std::vector<std::uint64_t> fact_ids(SqliteStore& store, const std::string& order) {
    std::vector<std::uint64_t> ids;
    const auto facts = taken(store.facts_of({order}, 1'000'000));
    for (const auto& fact : facts.front()) ids.push_back(fact.id.value);
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::vector<std::string> all_orders(SqliteStore& store) { return sorted(taken(store.changes({}, 1'000'000)).orders); }

std::vector<std::string> all_removed(SqliteStore& store) { return sorted(taken(store.removals({}, 1'000'000)).orders); }

std::vector<OrderFact> orders_of(const std::string& prefix, std::size_t count, std::size_t size) {
    std::vector<OrderFact> facts;
    for (std::size_t i = 0; i < count; ++i) {
        auto fact = status_fact(i + 1, "crm", "CREATED", suite_begin);
        fact.note = std::string(size, 'x');
        facts.push_back({prefix + std::to_string(i), fact});
    }
    return facts;
}

}  // namespace ordertrace::test
