// What the rules of a verdict share while one order is judged: where the order is, and what they asked of the clock and
// of the beats. Lives as long as one call of judge(), on its thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "orders/fact_list.h"
#include "orders/lifecycle.h"
#include "orders/stays.h"
#include "orders/system_life.h"
#include "orders/verdict.h"

namespace ordertrace {

class Judging {
public:
    Judging(const Lifecycle& lifecycle, const OrderFacts& order, const SystemLives& systems, TimePoint now,
            const JudgeSettings& settings);

    const Lifecycle& lifecycle() const { return lifecycle_; }
    const FactList& facts() const { return facts_; }
    TimePoint now() const { return now_; }
    Duration beat_gap() const { return beat_gap_; }

    // The stay the order is in, and its stage; nullptr: no status yet.
    const Stay* stay() const { return stays_.empty() ? nullptr : &stays_.back(); }
    const Stage* stage() const { return stage_; }
    // Hand-offs of this stay's status from the system that set it to another.
    std::vector<const HandOff*> hand_offs_to(std::string_view system);
    // Whether a moment on a system's clock lies in this stay. Where that clock is behind the one that began the stay,
    // the system's own sight of the status counts: one system's times are in order.
    bool is_in_stay(std::string_view system, TimePoint time);
    bool is_ignored(std::string_view step) const;

    // Whether the moment has come. One that has not is when the verdict may change.
    bool has_come(TimePoint moment);
    // The beats of that system; nullptr: none. The verdict may change with them.
    const SystemLife* life_of(std::string_view system);

    // Puts what was asked into the verdict.
    void finish(Verdict& verdict) const;

private:
    const std::vector<HandOff>& hand_offs();
    bool has_seen_stage(std::string_view system, TimePoint from, TimePoint to);

    const Lifecycle& lifecycle_;
    const SystemLives& systems_;
    TimePoint now_;
    Duration beat_gap_;
    FactList facts_;
    std::vector<StatusReport> reports_;
    std::vector<Stay> stays_;
    const Stage* stage_ = nullptr;
    std::optional<std::vector<HandOff>> hand_offs_;  // made when they are first asked for
    std::optional<TimePoint> review_at_;
    std::set<std::string, std::less<>> beats_of_;
};

}  // namespace ordertrace
