#include "orders/judging.h"

#include <algorithm>

#include "base/glob.h"

namespace ordertrace {

Judging::Judging(const Lifecycle& lifecycle, const OrderFacts& order, const SystemLives& systems, TimePoint now,
                 const JudgeSettings& settings)
    : lifecycle_(lifecycle),
      systems_(systems),
      now_(now),
      beat_gap_(settings.beat_gap),
      facts_(facts_by_time(order.facts)),
      reports_(status_reports(lifecycle, facts_)),
      stays_(stays_of(lifecycle, reports_)) {
    if (!stays_.empty()) stage_ = lifecycle.find_stage(stays_.back().stage);
}

const std::vector<HandOff>& Judging::hand_offs() {
    if (!hand_offs_) hand_offs_ = hand_offs_of(lifecycle_, facts_, reports_, stays_);
    return *hand_offs_;
}

std::vector<const HandOff*> Judging::hand_offs_to(std::string_view system) {
    std::vector<const HandOff*> found;
    const auto& here = stays_.back();
    for (const auto& one : hand_offs())
        if (one.from == here.system && one.to == system && one.status == here.stage && one.status_at &&
            *one.status_at >= here.since)
            found.push_back(&one);
    return found;
}

bool Judging::is_in_stay(std::string_view system, TimePoint time) {
    if (stays_.empty() || time >= stays_.back().since) return true;
    const auto& here = stays_.back();
    const auto earliest = here.since - lifecycle_.skew;
    return system != here.system && time > earliest && has_seen_stage(system, earliest, time);
}

bool Judging::has_seen_stage(std::string_view system, TimePoint from, TimePoint to) {
    const auto reported = [&](const StatusReport& report) {
        return report.stage == stage_ && report.fact->system == system && report.at() > from && report.at() <= to;
    };
    if (std::any_of(reports_.begin(), reports_.end(), reported)) return true;
    const auto taken = hand_offs_to(system);
    return std::any_of(taken.begin(), taken.end(), [&](const HandOff* one) {
        return one->received && *one->received > from && *one->received <= to;
    });
}

bool Judging::is_ignored(std::string_view step) const {
    return std::any_of(lifecycle_.ignore_steps.begin(), lifecycle_.ignore_steps.end(),
                       [step](const std::string& pattern) { return matches_glob(pattern, step); });
}

bool Judging::has_come(TimePoint moment) {
    if (moment <= now_) return true;
    if (moment != TimePoint::max()) review_at_ = review_at_ ? std::min(*review_at_, moment) : moment;
    return false;
}

const SystemLife* Judging::life_of(std::string_view system) {
    if (beats_of_.find(system) == beats_of_.end()) beats_of_.emplace(system);
    return systems_.find(system);
}

void Judging::finish(Verdict& verdict) const {
    verdict.review_at = review_at_;
    verdict.beats_of.assign(beats_of_.begin(), beats_of_.end());
}

}  // namespace ordertrace
