// Judges every order whose facts changed or whose time has come, keeps the index and the counts, and reports what is
// stuck and what has finished as marks to an agent. Owned and run by the watcher's thread, one cycle after another;
// the clock is an argument. Asks the store through a connection of its own; blocks at most the store's time-out a call.
// Bounds: chunks of 500 orders; 1,000 marks a cycle; 100,000 marks remembered as sent.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "board/overview.h"
#include "orders/lifecycle.h"
#include "orders/marks.h"
#include "orders/stay_counts.h"
#include "orders/summary.h"
#include "orders/verdict.h"
#include "store/order_store.h"
#include "store/register_index.h"

namespace ordertrace {

struct WatchRules {
    JudgeSettings judge;
    MarkSettings marks;
    Duration send_again = std::chrono::minutes{1};  // a mark that did not come back as a fact
    bool send_marks = true;
};

class Watcher {
public:
    // Gives a mark's line to an agent; false if that could not be done.
    using SendMark = std::function<bool(const std::string& line)>;
    // Looked at between chunks: true ends the cycle early.
    using Stopping = std::function<bool()>;

    static constexpr std::size_t chunk = 500;
    static constexpr std::size_t marks_a_cycle = 1'000;
    static constexpr std::size_t most_sent = 100'000;

    // `lifecycle` outlives it.
    Watcher(const Lifecycle& lifecycle, WatchRules rules, std::unique_ptr<OrderStore> store,
            std::unique_ptr<IndexWriter> index, SendMark send, Stopping stopping);

    // Everything that is due, then a new overview. A store that does not answer leaves the last one, with the trouble.
    void cycle(TimePoint now);

    // The newest whole overview; any thread. Never nullptr.
    std::shared_ptr<const Overview> overview() const;

private:
    Result<void> watch(TimePoint now);
    Result<std::vector<std::string>> read_beats(TimePoint now);
    Result<void> forget_removed(TimePoint now);
    Result<void> judge_changed(TimePoint now);
    Result<void> judge_due(TimePoint now);
    Result<void> judge_watching(const std::vector<std::string>& systems, TimePoint now);
    Result<void> judge_orders(std::vector<std::string> orders, TimePoint now);
    Result<void> keep(const OrderFacts& order, TimePoint now);
    Result<void> drop(const std::string& order);
    std::optional<TimePoint> report(const OrderFacts& order, const Verdict& verdict, bool first, TimePoint now);
    TimePoint send_if_due(const std::string& line, TimePoint now);
    Result<std::shared_ptr<Overview>> survey(TimePoint now);
    std::vector<SystemOverview> survey_systems(TimePoint now) const;
    void publish(std::shared_ptr<const Overview> overview);
    void publish_trouble(const std::string& what);

    const Lifecycle& lifecycle_;
    WatchRules rules_;
    std::unique_ptr<OrderStore> store_;
    std::unique_ptr<IndexWriter> index_;
    SendMark send_;
    Stopping stopping_;

    Summary summary_;
    StayCounts stay_counts_;
    SystemLives lives_;
    ChangeCursor changes_, removals_;
    bool caught_up_ = false;
    std::map<std::string, TimePoint> sent_;  // mark lines, when they were sent last
    std::size_t marks_left_ = 0;             // of this cycle
    WatchCounters counters_;
    mutable std::mutex published_mutex_;
    std::shared_ptr<const Overview> published_;
};

}  // namespace ordertrace
