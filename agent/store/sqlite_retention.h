// Takes what is too old or too much out of the embedded store. Owned by the writer; used inside its transactions.
// Orders go in the sequence of their last change, whole. The file never shrinks (no vacuum): pages that became free are
// used again, so it stays at the size it once reached.
#pragma once

#include <cstdint>

#include "store/change_sequence.h"

namespace ordertrace {

struct StoreLimits {
    Duration keep = std::chrono::hours{24 * 90};        // since an order's last change
    std::uint64_t bytes = std::uint64_t{20} << 30U;     // of the file, free pages not counted
    Duration keep_beats = std::chrono::hours{24 * 30};  // since a beat's end; also systems not heard of
    Duration keep_removed = std::chrono::hours{24};     // how long a removal is told
    static constexpr std::int64_t systems = 1'000;      // those heard of last
};

struct RemovedOrders {
    std::uint64_t by_age = 0;
    std::uint64_t by_limit = 0;
};

// What one turn may take; an order begun is finished.
struct RemovalBudget {
    std::int64_t orders = 200;
    std::int64_t facts = 2'000;
};

class SqliteRetention {
public:
    // `database` outlives it.
    SqliteRetention(const SqliteDatabase& database, const StoreLimits& limits);

    // True if there was more to remove than the budget allowed.
    Result<bool> remove_orders(ChangeSequence& sequence, TimePoint now, RemovalBudget budget, RemovedOrders& removed);
    // Old beats, systems and tidings of removals, at most 1,000 of each.
    Result<void> remove_the_rest(TimePoint now);
    Result<std::uint64_t> used_bytes();
    Result<bool> over_limit();

private:
    struct Oldest {
        std::int64_t key = 0;
        std::int64_t changed = 0;
        std::string id;
    };
    Result<Oldest> oldest();
    Result<std::int64_t> remove(const Oldest& order, std::int64_t place);

    const SqliteDatabase& database_;
    StoreLimits limits_;
    SqliteStatement page_size_, page_count_, free_pages_;
    SqliteStatement oldest_, remove_facts_, remove_aliases_, remove_order_, tell_;
    SqliteStatement remove_beats_, remove_tidings_, remove_systems_;
};

}  // namespace ordertrace
