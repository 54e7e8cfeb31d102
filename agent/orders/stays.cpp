#include "orders/stays.h"

#include <algorithm>
#include <string_view>

namespace ordertrace {
namespace {

bool counts(const StatusReport& report) {
    return report.stage->set_by.empty() || report.stage->set_by == report.fact->system;
}

// The reports of an order in the order they happened, as far as the clocks of several systems tell.
class Way {
public:
    explicit Way(const Lifecycle& lifecycle) : lifecycle_(lifecycle) {}

    void add(const StatusReport& report) {
        if (std::find(systems_.begin(), systems_.end(), report.fact->system) == systems_.end())
            systems_.push_back(report.fact->system);
        const auto ahead = furthest_ahead_of(report);
        reports_.push_back(report);
        if (ahead == none) return;
        const auto at = reports_.begin() + static_cast<std::ptrdiff_t>(ahead);
        std::rotate(at, at + 1, reports_.end());
    }

    const std::vector<StatusReport>& reports() const { return reports_; }

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    bool leads_only_to(const Stage& from, const Stage& to) const {
        return lifecycle_.leads_to(from.name, to.name) && !lifecycle_.leads_to(to.name, from.name);
    }

    // Of other systems' last reports within the skew the one furthest on, if `report` leads there.
    std::size_t furthest_ahead_of(const StatusReport& report) const {
        std::vector<std::string_view> asked{report.fact->system};
        auto best = none;
        for (auto at = reports_.size(); at-- > 0 && asked.size() < systems_.size();) {
            const auto& other = reports_[at];
            // What was moved stands less than `skew` out of its time: nothing before this one is near enough.
            if (other.at() + 2 * lifecycle_.skew <= report.at()) break;
            if (std::find(asked.begin(), asked.end(), other.fact->system) != asked.end()) continue;
            asked.push_back(other.fact->system);
            if (report.at() - other.at() >= lifecycle_.skew || !leads_only_to(*report.stage, *other.stage)) continue;
            if (best == none || is_further(other, reports_[best])) best = at;
        }
        return best;
    }

    bool is_further(const StatusReport& a, const StatusReport& b) const {
        const auto left_a = lifecycle_.stages_left(*a.stage);
        const auto left_b = lifecycle_.stages_left(*b.stage);
        if (left_a != left_b) return left_a < left_b;
        return a.at() != b.at() ? a.at() > b.at() : a.stage > b.stage;
    }

    const Lifecycle& lifecycle_;
    std::vector<StatusReport> reports_;
    std::vector<std::string_view> systems_;  // who reported so far
};

}  // namespace

std::vector<Stay> stays_of(const Lifecycle& lifecycle, const std::vector<StatusReport>& reports) {
    Way way{lifecycle};
    for (const auto& report : reports)
        if (counts(report)) way.add(report);
    std::vector<Stay> stays;
    for (const auto& report : way.reports()) {
        if (!stays.empty() && stays.back().stage == report.stage->name) continue;
        stays.push_back({report.stage->name, report.fact->system, report.at(), std::nullopt, report.fact->id});
    }
    // A stay cannot begin after the one that followed it: where clocks say so, it lasted no time.
    for (auto at = stays.size(); at-- > 1;) {
        stays[at - 1].since = std::min(stays[at - 1].since, stays[at].since);
        stays[at - 1].until = stays[at].since;
    }
    return stays;
}

std::vector<Stay> stays_of(const Lifecycle& lifecycle, const std::vector<Fact>& facts) {
    return stays_of(lifecycle, status_reports(lifecycle, facts_by_time(facts)));
}

}  // namespace ordertrace
