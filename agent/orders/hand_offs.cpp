#include <algorithm>
#include <string_view>
#include <tuple>

#include "orders/message_match.h"
#include "orders/stays.h"

namespace ordertrace {
namespace {

TimePoint time_of(const HandOff& hand_off) { return hand_off.sent ? *hand_off.sent : *hand_off.received; }

TimePoint first_end_of(const HandOff& hand_off) {
    return hand_off.received ? std::min(time_of(hand_off), *hand_off.received) : time_of(hand_off);
}

// A status of a sender with all its repetitions.
struct SaidStatus {
    const Stage* stage = nullptr;
    TimePoint first{}, last{};
    bool handed_on = false;  // over the edge in question
};

bool left_between(const std::vector<Stay>& stays, const Stage& stage, TimePoint from, TimePoint to) {
    return std::any_of(stays.begin(), stays.end(), [&](const Stay& stay) {
        return stay.stage != stage.name && stay.since > from && stay.since <= to;
    });
}

std::vector<SaidStatus> said_by(std::string_view sender, const std::vector<StatusReport>& reports,
                                const std::vector<Stay>& stays) {
    std::vector<SaidStatus> said;
    for (const auto& report : reports) {
        if (report.fact->system != sender) continue;
        if (!said.empty() && said.back().stage == report.stage &&
            !left_between(stays, *report.stage, said.back().last, report.at()))
            said.back().last = report.at();
        else
            said.push_back({report.stage, report.at(), report.at()});
    }
    return said;
}

// The statuses one sender has to hand on over one edge.
class EdgeStatuses {
public:
    EdgeStatuses(Duration skew, std::string_view from, std::string_view to, std::vector<SaidStatus> said)
        : skew_(skew), from_(from), to_(to), said_(std::move(said)) {}

    // One that names its status belongs to the latest such report not after it; one sent ahead of it to the next.
    void give_told(HandOff& hand_off) {
        const auto at = time_of(hand_off);
        SaidStatus* latest = nullptr;
        SaidStatus* next = nullptr;
        for (auto& said : said_) {
            if (said.stage->name != hand_off.status) continue;
            if (said.first <= at) {
                latest = &said;
            } else {
                next = &said;
                break;
            }
        }
        const bool is_ahead = latest == nullptr || (latest->handed_on && is_soon(next, at));
        if (auto* said = is_ahead ? next : latest) give(hand_off, *said);
    }

    void give_untold(HandOff& hand_off) {
        const auto at = time_of(hand_off);
        const auto after = std::find_if(said_.begin(), said_.end(), [at](const auto& said) { return said.first > at; });
        auto* next = after == said_.end() ? nullptr : &*after;
        auto* latest = after == said_.begin() ? nullptr : &*(after - 1);
        const bool waits = latest != nullptr && !latest->handed_on && must_hand_on(*latest->stage);
        if (!waits && is_soon(next, at)) latest = next;
        if (latest != nullptr) give(hand_off, *latest);
    }

private:
    bool is_soon(const SaidStatus* said, TimePoint at) const { return said != nullptr && said->first - at < skew_; }

    // A status that the sender only confirms is not its to hand on.
    bool must_hand_on(const Stage& stage) const {
        return (stage.set_by.empty() || stage.set_by == from_) &&
               std::any_of(stage.reaches.begin(), stage.reaches.end(),
                           [this](const Reach& reach) { return reach.system == to_; });
    }

    static void give(HandOff& hand_off, SaidStatus& said) {
        hand_off.status = said.stage->name;
        hand_off.status_at = said.first;
        said.handed_on = true;
    }

    Duration skew_;
    std::string_view from_, to_;
    std::vector<SaidStatus> said_;
};

}  // namespace

std::vector<HandOff> hand_offs_of(const Lifecycle& lifecycle, const FactList& facts,
                                  const std::vector<StatusReport>& reports, const std::vector<Stay>& stays) {
    auto hand_offs = match_messages(facts, lifecycle.skew);
    std::sort(hand_offs.begin(), hand_offs.end(), [](const HandOff& a, const HandOff& b) {
        return std::make_tuple(std::string_view{a.edge}, time_of(a), a.sent_id, a.received_id) <
               std::make_tuple(std::string_view{b.edge}, time_of(b), b.sent_id, b.received_id);
    });
    for (auto from = hand_offs.begin(); from != hand_offs.end();) {
        const auto to = std::find_if(from, hand_offs.end(), [from](const auto& one) { return one.edge != from->edge; });
        const auto sender = from->from;
        const auto receiver = from->to;
        EdgeStatuses statuses{lifecycle.skew, sender, receiver, said_by(sender, reports, stays)};
        // What the sender told goes first: it leaves the rest to be found by time.
        const auto untold = std::stable_partition(from, to, [](const auto& one) { return !one.status.empty(); });
        std::for_each(from, untold, [&](HandOff& one) { statuses.give_told(one); });
        std::for_each(untold, to, [&](HandOff& one) { statuses.give_untold(one); });
        from = to;
    }
    std::sort(hand_offs.begin(), hand_offs.end(), [](const HandOff& a, const HandOff& b) {
        return std::make_tuple(first_end_of(a), std::string_view{a.edge}, a.sent_id, a.received_id) <
               std::make_tuple(first_end_of(b), std::string_view{b.edge}, b.sent_id, b.received_id);
    });
    return hand_offs;
}

std::vector<HandOff> hand_offs_of(const Lifecycle& lifecycle, const std::vector<Fact>& facts) {
    const auto list = facts_by_time(facts);
    const auto reports = status_reports(lifecycle, list);
    return hand_offs_of(lifecycle, list, reports, stays_of(lifecycle, reports));
}

}  // namespace ordertrace
