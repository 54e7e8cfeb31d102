// The embedded store as its readers see it: OrderStore on a read connection of its own. One thread an object; it sees
// what the writer has committed and never holds it up. Bounds: 8 MiB of cache, 1,000 claims on an id, 1,000 systems.
// last_seen: heard_at() of facts and seen_at of beats. Of several facts with one id the one with the earliest start.
#pragma once

#include <memory>
#include <string>

#include "store/order_store.h"
#include "store/sqlite_database.h"

namespace ordertrace {

class SqliteStore : public OrderStore {
public:
    // The writer must have made the file.
    static Result<std::unique_ptr<SqliteStore>> open(const std::string& file);

    Result<std::vector<std::vector<Fact>>> facts_of(const std::vector<std::string>& orders, std::size_t limit) override;
    Result<std::vector<AliasClaim>> claims_on(const std::vector<std::string>& ids) override;
    Result<ChangedOrders> changes(ChangeCursor since, std::size_t limit) override;
    Result<ChangedOrders> removals(ChangeCursor since, std::size_t limit) override;
    Result<std::vector<BeatOfSystem>> beats(TimePoint from) override;
    Result<std::map<std::string, TimePoint>> last_seen() override;
    Result<std::vector<std::string>> nearest(const std::string& text, std::size_t limit) override;
    Result<void> ping() override;

private:
    explicit SqliteStore(SqliteDatabase database);

    Result<std::vector<Fact>> facts_of_one(const std::string& order, std::size_t limit);
    static Result<ChangedOrders> changed(SqliteStatement& statement, ChangeCursor since, std::size_t limit);
    static Result<std::vector<std::string>> ids(SqliteStatement& statement, const std::string& text, std::size_t limit);

    SqliteDatabase database_;
    SqliteStatement facts_, claims_, changes_, removals_, beats_, systems_, ids_from_, ids_before_, ping_;
};

}  // namespace ordertrace
