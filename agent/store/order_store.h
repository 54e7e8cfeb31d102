// Where the facts of orders lie. A store gives facts and candidates and decides nothing: verdicts, lists and counts are
// made from them once, in orders/. Interface for two stores (SQLite, ClickHouse) and for tests.
// Each object is used by one thread; several may be open on the same data. Calls block, at most the store's time-out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "orders/fact.h"
#include "orders/system_life.h"

namespace ordertrace {

// A place in the store's sequence of changes. 0 is the beginning.
struct ChangeCursor {
    std::int64_t value = 0;
    friend auto operator<=>(const ChangeCursor&, const ChangeCursor&) = default;
};

struct ChangedOrders {
    std::vector<std::string> orders;  // with new facts since the cursor; an order may come again
    ChangeCursor next;
    bool more = false;  // there are more at `next` already
};

// A claim of an alias: `order` says it is known as `id` in `system` (record alias).
struct AliasClaim {
    std::string order;
    std::string system;
    std::string id;
    TimePoint at{};
    friend auto operator<=>(const AliasClaim&, const AliasClaim&) = default;
};

using BeatOfSystem = std::pair<std::string, Beat>;

class OrderStore {
public:
    virtual ~OrderStore() = default;

    // The facts of each order as they lie in the store, aliases not followed, in the sequence asked for; an order
    // nobody spoke of has none. At most `limit` (the latest by start) of each.
    virtual Result<std::vector<std::vector<Fact>>> facts_of(const std::vector<std::string>& orders,
                                                            std::size_t limit) = 0;
    // Who claims one of these ids as an alias, in any system.
    virtual Result<std::vector<AliasClaim>> claims_on(const std::vector<std::string>& ids) = 0;
    // At most `limit` orders with facts that came after `since`.
    virtual Result<ChangedOrders> changes(ChangeCursor since, std::size_t limit) = 0;
    // Orders that retention has removed since `since`, as `changes`.
    virtual Result<ChangedOrders> removals(ChangeCursor since, std::size_t limit) = 0;
    // Beats that ended at or after `from`, by system.
    virtual Result<std::vector<BeatOfSystem>> beats(TimePoint from) = 0;
    // When each system was last heard of, by any span.
    virtual Result<std::map<std::string, TimePoint>> last_seen() = 0;
    // Ids that begin with `text`, at most `limit`, sorted; then others near it in sort order.
    virtual Result<std::vector<std::string>> nearest(const std::string& text, std::size_t limit) = 0;
    // Nothing if the store answers.
    virtual Result<void> ping() = 0;
};

// The order's facts with those of its aliases: of two orders claiming one alias the first in time wins (then the
// smaller id); one hop. The same for both stores.
Result<std::vector<OrderFacts>> read_orders(OrderStore& store, const std::vector<std::string>& orders);

}  // namespace ordertrace
