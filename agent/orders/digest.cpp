#include "orders/digest.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/glob.h"

namespace ordertrace {
namespace {

bool is_ignored(const Lifecycle& lifecycle, const std::string& step) {
    return std::any_of(lifecycle.ignore_steps.begin(), lifecycle.ignore_steps.end(),
                       [&](const std::string& glob) { return matches_glob(glob, step); });
}

bool is_attempt(const Fact& fact) {
    return fact.record == FactRecord::step || (fact.record == FactRecord::abandoned && fact.given_up);
}

std::vector<StepRun> runs_of(const Lifecycle& lifecycle, const std::vector<Fact>& facts) {
    std::vector<StepRun> runs;
    for (const auto& fact : facts) {
        if (!is_attempt(fact) || is_ignored(lifecycle, fact.name)) continue;
        const bool failed = fact.result == FactResult::fail || fact.result == FactResult::timeout;
        runs.push_back({fact.system, fact.name, fact.end(), fact.duration, failed});
    }
    std::sort(runs.begin(), runs.end(), [](const StepRun& a, const StepRun& b) {
        return std::tie(a.end, a.system, a.step, a.duration, a.failed) <
               std::tie(b.end, b.system, b.step, b.duration, b.failed);
    });
    return runs;
}

VerdictKind place_of(const Verdict& verdict) {
    return verdict.kind == VerdictKind::blind ? verdict.blinded : verdict.kind;
}

// Counts the messages of one order, edge by edge.
class EdgeCounter {
public:
    EdgeCounter(const Lifecycle& lifecycle, const Verdict& verdict, TimePoint now)
        : lifecycle_{lifecycle}, now_{now}, place_{place_of(verdict)}, edge_{verdict.from + '>' + verdict.to} {
        if (place_ == VerdictKind::not_sent) add_missing(edge_, verdict.since);
    }

    void add(const HandOff& hand_off) {
        auto& count = counts_[hand_off.edge];
        if (hand_off.sent) ++count.sent;
        if (hand_off.received) ++count.received;
        if (!hand_off.sent || hand_off.received) return;
        const auto deadline = deadline_of(hand_off);
        if (!deadline || *deadline <= now_ || is_lost(hand_off))
            add_missing(hand_off.edge, *hand_off.sent);
        else
            next_ = std::min(next_.value_or(*deadline), *deadline);
    }

    std::vector<EdgeCount> take_counts() {
        std::vector<EdgeCount> counts;
        for (auto& [edge, count] : counts_) {
            count.edge = edge;
            counts.push_back(std::move(count));
        }
        return counts;
    }
    std::optional<TimePoint> next() const { return next_; }

private:
    void add_missing(const std::string& edge, TimePoint since) {
        auto& count = counts_[edge];
        count.missing_since = count.missing == 0 ? since : std::min(count.missing_since, since);
        ++count.missing;
    }

    std::optional<TimePoint> deadline_of(const HandOff& hand_off) const {
        const auto* stage = lifecycle_.find_stage(hand_off.status);
        if (stage == nullptr) return std::nullopt;
        for (const auto& reach : stage->reaches)
            if (reach.system == hand_off.to) return lifecycle_.deadline(*hand_off.sent, reach.within);
        return std::nullopt;
    }

    // The verdict's limit runs from the status, so it passes a little before the message's own.
    bool is_lost(const HandOff& hand_off) const { return place_ == VerdictKind::in_transit && hand_off.edge == edge_; }

    const Lifecycle& lifecycle_;
    TimePoint now_;
    VerdictKind place_;
    std::string edge_;
    std::map<std::string, EdgeCount> counts_;
    std::optional<TimePoint> next_;  // when the first of those still within their limit will be missing
};

template <class Item>
void keep_latest(std::vector<Item>& items, std::size_t limit) {
    if (items.size() > limit) items.erase(items.begin(), items.end() - static_cast<std::ptrdiff_t>(limit));
}

}  // namespace

OrderDigest digest_of(const Lifecycle& lifecycle, const OrderFacts& order, Verdict verdict, TimePoint now) {
    EdgeCounter edges{lifecycle, verdict, now};
    for (const auto& hand_off : hand_offs_of(lifecycle, order.facts)) edges.add(hand_off);
    if (edges.next()) verdict.review_at = std::min(verdict.review_at.value_or(*edges.next()), *edges.next());

    OrderDigest digest;
    digest.order = order.order;
    digest.verdict = std::move(verdict);
    digest.stays = stays_of(lifecycle, order.facts);
    digest.edges = edges.take_counts();
    digest.runs = runs_of(lifecycle, order.facts);
    digest.aliases = order.aliases;
    keep_latest(digest.stays, DigestLimits::stays);
    keep_latest(digest.runs, DigestLimits::runs);
    if (digest.edges.size() > DigestLimits::edges) digest.edges.resize(DigestLimits::edges);
    return digest;
}

}  // namespace ordertrace
