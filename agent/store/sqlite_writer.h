// The one writer of the embedded store: takes batches of facts, each whole or not at all, and keeps the file within its
// limits. Owned and used by the intake thread. Blocks as long as the disk takes, at most 2 s for a lock.
// Bounds: 8 MiB of cache; a call removes at most what RemovalBudget says, or twice as many facts as it writes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "store/fact_batch.h"
#include "store/sqlite_retention.h"

namespace ordertrace {

struct StoreCounters {
    std::uint64_t facts_written = 0;
    std::uint64_t facts_duplicate = 0;
    std::uint64_t beats = 0;  // duplicates too
    std::uint64_t other_namespace = 0;
    std::uint64_t without_order = 0;
    RemovedOrders removed;
};

class SqliteWriter {
public:
    // Makes the file and its tables if they are not there; the directory must be.
    static Result<std::unique_ptr<SqliteWriter>> open(const std::string& file, const StoreLimits& limits);

    // Committed and on the disk when it returns; else nothing of the batch is there. Of facts with one order and one id
    // the one with the earlier start stays, whichever comes first; what is there already is counted and does no harm.
    // Over the limit of bytes the oldest orders go in the same commit, so that the file grows by a batch at most.
    Result<void> write(const FactBatch& batch, TimePoint now);
    // A turn of retention, to be called every few seconds; true if there is more to do: again after the next batch.
    Result<bool> tidy(TimePoint now);

    const StoreCounters& counters() const { return counters_; }
    Result<std::uint64_t> used_bytes() { return retention_.used_bytes(); }

private:
    using Facts = std::vector<const OrderFact*>;

    SqliteWriter(SqliteDatabase database, const StoreLimits& limits);

    Result<void> write_facts(const FactBatch& batch);
    Result<void> write_order(Facts::const_iterator begin, Facts::const_iterator end);
    Result<std::int64_t> key_of(const std::string& order, bool& is_new);
    Result<bool> write_fact(std::int64_t key, const Fact& fact);
    Result<void> write_alias(std::int64_t key, const Fact& fact);
    Result<void> write_beats(const FactBatch& batch);
    Result<void> write_heard(const FactBatch& batch);
    Result<void> make_room(const FactBatch& batch, TimePoint now);

    SqliteDatabase database_;
    ChangeSequence sequence_;
    SqliteRetention retention_;
    SqliteStatement find_order_, add_order_, touch_order_, add_fact_, add_alias_, add_beat_, add_heard_;
    StoreCounters counters_;  // of what is committed
    StoreCounters counting_;  // with the transaction under way
    Facts by_order_;          // scratch
    std::string body_;        // scratch
};

}  // namespace ordertrace
