#include "orders/fact_list.h"

#include <algorithm>
#include <tuple>

namespace ordertrace {
namespace {

auto contents_of(const Fact& fact) {
    return std::tie(fact.id, fact.record, fact.start, fact.duration, fact.result, fact.parent, fact.system, fact.name,
                    fact.status, fact.edge, fact.message, fact.via, fact.step_id, fact.instance, fact.alias, fact.note,
                    fact.attempt, fact.attempt_max, fact.given_up);
}

// Clocks of whole seconds give several statuses of one moment: then the lifecycle says which came later.
void sort_moment(const Lifecycle& lifecycle, std::vector<StatusReport>::iterator from,
                 std::vector<StatusReport>::iterator to) {
    const auto same_stage = [from](const StatusReport& report) { return report.stage == from->stage; };
    if (std::all_of(from, to, same_stage)) return;
    std::stable_sort(from, to, [&lifecycle](const StatusReport& a, const StatusReport& b) {
        if (a.stage == b.stage) return false;
        const auto left_a = lifecycle.stages_left(*a.stage);
        const auto left_b = lifecycle.stages_left(*b.stage);
        return left_a != left_b ? left_a > left_b : a.stage < b.stage;
    });
}

}  // namespace

FactList facts_by_time(const std::vector<Fact>& facts) {
    FactList list;
    list.reserve(facts.size());
    for (const auto& fact : facts) list.push_back(&fact);
    std::sort(list.begin(), list.end(), [](const Fact* a, const Fact* b) {
        return a->id != b->id ? a->id < b->id : contents_of(*a) < contents_of(*b);
    });
    const auto same_id = [](const Fact* a, const Fact* b) { return a->id == b->id; };
    list.erase(std::unique(list.begin(), list.end(), same_id), list.end());
    std::sort(list.begin(), list.end(),
              [](const Fact* a, const Fact* b) { return a->start != b->start ? a->start < b->start : a->id < b->id; });
    return list;
}

std::vector<StatusReport> status_reports(const Lifecycle& lifecycle, const FactList& facts) {
    std::vector<StatusReport> reports;
    for (const auto* fact : facts) {
        if (fact->record != FactRecord::status) continue;
        if (const auto* stage = lifecycle.find_stage(fact->status)) reports.push_back({fact, stage});
    }
    for (auto from = reports.begin(); from != reports.end();) {
        const auto to =
            std::find_if(from, reports.end(), [from](const StatusReport& report) { return report.at() != from->at(); });
        sort_moment(lifecycle, from, to);
        from = to;
    }
    return reports;
}

}  // namespace ordertrace
