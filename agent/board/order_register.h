// What people and programs ask the board: one order, the stuck ones, the lost ones, the whole. Owned and used by the
// web's thread; asks the store and the index through connections of its own. Calls block, at most the store's time-out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "board/overview.h"
#include "orders/lifecycle.h"
#include "orders/stays.h"
#include "orders/verdict.h"
#include "store/order_store.h"
#include "store/register_index.h"

namespace ordertrace {

struct OrderAnswer {
    std::string asked;  // the id asked for
    OrderFacts order;   // facts by time; of an alias: its order's
    Verdict verdict;    // unknown: no such order
    std::vector<Stay> stays;
    std::vector<HandOff> hand_offs;
    std::vector<std::string> nearest;                               // of an unknown order: at most 10 ids near it
    std::string trace_id;                                           // 32 hex
    std::vector<std::pair<std::string, std::string>> alias_traces;  // "SYS:ID" and its trace id
    TimePoint now{};
};

class OrderRegister {
public:
    using Clock = std::function<TimePoint()>;
    using Latest = std::function<std::shared_ptr<const Overview>()>;

    // `lifecycle` outlives it.
    OrderRegister(const Lifecycle& lifecycle, JudgeSettings judge, std::unique_ptr<OrderStore> store,
                  std::unique_ptr<IndexReader> index, Latest latest, Clock clock);

    Result<OrderAnswer> order(const std::string& id);
    Result<DigestPage> stuck(const ListQuery& query);
    std::shared_ptr<const Overview> overview() const { return latest_(); }
    Result<void> ping() { return store_->ping(); }
    const Lifecycle& lifecycle() const { return lifecycle_; }
    TimePoint now() const { return clock_(); }

private:
    const Lifecycle& lifecycle_;
    JudgeSettings judge_;
    std::unique_ptr<OrderStore> store_;
    std::unique_ptr<IndexReader> index_;
    Latest latest_;
    Clock clock_;
};

}  // namespace ordertrace
