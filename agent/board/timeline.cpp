#include "board/timeline.h"

#include <algorithm>
#include <map>
#include <set>

#include "board/timeline_parts.h"

namespace ordertrace {
namespace {

// The ids of steps that are over: what only stands in for them is not drawn.
std::set<std::uint64_t> ended_steps(const std::vector<Fact>& facts) {
    std::set<std::uint64_t> ended;
    for (const auto& fact : facts)
        if (fact.record == FactRecord::step || fact.record == FactRecord::abandoned) ended.insert(fact.id.value);
    return ended;
}

// The first of two markers of one open step.
std::vector<const Fact*> drawn_facts(const std::vector<Fact>& facts) {
    const auto ended = ended_steps(facts);
    std::set<std::uint64_t> begun;
    std::vector<const Fact*> drawn;
    for (const auto& fact : facts) {
        if (is_marker(fact) && (ended.contains(fact.parent.value) || !begun.insert(fact.parent.value).second)) continue;
        if (is_marker(fact) || is_bar(fact) || is_dot(fact)) drawn.push_back(&fact);
    }
    return drawn;
}

void set_range(const OrderAnswer& answer, Timeline& timeline) {
    auto first = TimePoint::max();
    auto last = TimePoint::min();
    for (const auto& fact : answer.order.facts) {
        if (is_about_the_order(fact)) continue;
        first = std::min(first, fact.start);
        last = std::max(last, fact.end());
    }
    if (first > last) first = last = answer.now;
    timeline.ends_now = answer.verdict.kind != VerdictKind::finished;
    timeline.from = first;
    timeline.to = timeline.ends_now ? std::max(last, answer.now) : last;
}

// The lanes of everything named, in the lifecycle's order.
void add_lanes(const OrderAnswer& answer, const Lifecycle& lifecycle, const std::vector<const Fact*>& facts,
               Timeline& timeline) {
    std::set<std::string> names;
    for (const auto* fact : facts) names.insert(fact->system);
    for (const auto& hand_off : answer.hand_offs) names.insert({hand_off.from, hand_off.to});
    const auto& verdict = answer.verdict;
    names.insert({verdict.from, verdict.to, verdict.system});
    if (verdict.stuck()) names.insert(verdict.to_act);
    names.erase("");
    const auto add = [&timeline](const std::string& name) {
        if (timeline.lanes.size() < Timeline::most_lanes) timeline.lanes.push_back({name, {}, {}, 0});
    };
    for (const auto& system : lifecycle.systems)
        if (names.erase(system.name) > 0) add(system.name);
    std::for_each(names.begin(), names.end(), add);
}

TimelineBar bar_of(const Fact& fact, const Verdict& verdict, TimePoint end) {
    const bool open = is_marker(fact);
    return {look_of(fact, verdict), fact.start, open ? std::max(end, fact.start) : fact.end(), 0,
            step_name(fact),        &fact};
}

void add_facts(const OrderAnswer& answer, const std::vector<const Fact*>& facts, Timeline& timeline) {
    const auto left_out = facts.size() > Timeline::most_items ? facts.size() - Timeline::most_items : 0;
    timeline.left_out += left_out;
    for (std::size_t i = left_out; i < facts.size(); ++i) {
        const auto& fact = *facts[i];
        const auto lane = lane_of(timeline, fact.system);
        if (!lane)
            ++timeline.left_out;
        else if (is_dot(fact))
            timeline.lanes[*lane].dots.push_back({fact.start, &fact});
        else
            timeline.lanes[*lane].bars.push_back(bar_of(fact, answer.verdict, timeline.to));
    }
}

void set_rows(TimelineLane& lane) {
    std::stable_sort(lane.bars.begin(), lane.bars.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
    std::vector<Stretch> stretches;
    for (const auto& bar : lane.bars) stretches.push_back({bar.from, bar.to});
    const auto rows = rows_of(stretches, Timeline::most_rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        lane.bars[i].row = rows[i];
        lane.rows = std::max(lane.rows, rows[i] + 1);
    }
}

template <class Items, class Add>
void add_latest(const Items& items, Timeline& timeline, Add add) {
    const auto left_out = items.size() > Timeline::most_items ? items.size() - Timeline::most_items : 0;
    timeline.left_out += left_out;
    std::for_each(items.begin() + static_cast<std::ptrdiff_t>(left_out), items.end(), add);
}

void add_arrow(const HandOff& hand_off, Timeline& timeline) {
    const auto from = lane_of(timeline, hand_off.from);
    const auto to = lane_of(timeline, hand_off.to);
    if (from && to)
        timeline.arrows.push_back({*from, *to, &hand_off});
    else
        ++timeline.left_out;
}

}  // namespace

Timeline timeline_of(const OrderAnswer& answer, const Lifecycle& lifecycle) {
    Timeline timeline;
    set_range(answer, timeline);
    const auto facts = drawn_facts(answer.order.facts);
    add_lanes(answer, lifecycle, facts, timeline);
    add_facts(answer, facts, timeline);
    for (auto& lane : timeline.lanes) set_rows(lane);
    add_latest(answer.stays, timeline, [&](const Stay& stay) { timeline.stays.push_back(&stay); });
    add_latest(answer.hand_offs, timeline, [&](const HandOff& one) { add_arrow(one, timeline); });
    timeline.missing = missing_part(answer, timeline);
    const auto& deadline = answer.verdict.deadline;
    const auto limit = answer.verdict.limit.value_or(Duration::zero());
    const bool has_limit = deadline && limit > Duration::zero();
    if (has_limit && *deadline > timeline.from && *deadline < timeline.to) timeline.deadline = deadline;
    return timeline;
}

}  // namespace ordertrace
