#include "orders/summary.h"

#include <algorithm>

namespace ordertrace {
namespace {

constexpr std::uint64_t minus_one = ~std::uint64_t{0};
constexpr auto longest_window = std::chrono::hours{28 * 24};

HourPoint hour_before(TimePoint now, std::chrono::hours window) {
    return std::chrono::floor<std::chrono::hours>(now) - window;
}

// The place of a name, or of `other` if it is new and there is no more room.
template <class Map>
typename Map::mapped_type& place_in(Map& map, const typename Map::key_type& name, const typename Map::key_type& other,
                                    std::size_t limit) {
    const auto known = map.find(name);
    if (known != map.end()) return known->second;
    return map[map.size() < limit ? name : other];
}

}  // namespace

Summary::Summary(const Lifecycle& lifecycle) : lifecycle_{lifecycle}, stages_(lifecycle.stages.size() + 1) {}

void Summary::add(const OrderDigest& digest) { count(digest, 1); }

void Summary::remove(const OrderDigest& digest) { count(digest, minus_one); }

void Summary::count(const OrderDigest& digest, std::uint64_t by) {
    auto& counts = stage(digest.verdict.stage);
    counts.orders += by;
    if (digest.verdict.stuck()) counts.stuck_by.at(static_cast<std::size_t>(digest.verdict.kind)) += by;
    for (const auto& stay : digest.stays) count_stay(stay, by);
    for (const auto& run : digest.runs)
        count_end(place_in(steps_, {run.system, run.step}, {"", "other"}, max_steps), run.end, run.duration, run.failed,
                  by);
    for (const auto& edge : digest.edges) {
        auto& row = place_in(edges_, edge.edge, "other", max_edges);
        row.sent += by * edge.sent;
        row.received += by * edge.received;
        row.missing += by * edge.missing;
    }
}

void Summary::count_stay(const Stay& stay, std::uint64_t by) {
    if (!stay.until) return;
    const auto length = std::max(*stay.until - stay.since, Duration::zero());
    count_end(stage(stay.stage).stays, *stay.until, length, false, by);
}

void Summary::count_end(DurationHistogram& histogram, TimePoint end, Duration duration, bool failed, std::uint64_t by) {
    if (end < oldest_) return;
    if (by == 1)
        histogram.add(end, duration, failed);
    else
        histogram.remove(end, duration, failed);
}

Summary::StageCounts& Summary::stage(std::string_view name) {
    const auto* stage = lifecycle_.find_stage(name);
    return stage == nullptr ? stages_.back() : stages_[static_cast<std::size_t>(stage - lifecycle_.stages.data())];
}

void Summary::forget(TimePoint now) {
    oldest_ = std::max(oldest_, hour_before(now, longest_window));
    for (auto& counts : stages_) counts.stays.forget_before(oldest_);
    for (auto& [name, runs] : steps_) runs.forget_before(oldest_);
}

Windows Summary::windows(const DurationHistogram& histogram, TimePoint now) {
    return {histogram.since(hour_before(now, std::chrono::hours{24})),
            histogram.since(hour_before(now, std::chrono::hours{7 * 24})),
            histogram.since(hour_before(now, longest_window))};
}

StageRow Summary::row_of(std::size_t place, TimePoint now) const {
    const auto& counts = stages_[place];
    StageRow row;
    row.orders = counts.orders;
    row.stays = windows(counts.stays, now);
    for (std::size_t kind = 0; kind < counts.stuck_by.size(); ++kind) {
        if (counts.stuck_by.at(kind) == 0) continue;
        row.stuck_by[static_cast<VerdictKind>(kind)] = counts.stuck_by.at(kind);
        row.stuck += counts.stuck_by.at(kind);
    }
    if (place == lifecycle_.stages.size()) return row;
    row.stage = lifecycle_.stages[place].name;
    row.terminal = lifecycle_.stages[place].terminal;
    return row;
}

std::vector<StageRow> Summary::stages(TimePoint now) {
    forget(now);
    std::vector<StageRow> rows;
    if (stages_.back().orders > 0) rows.push_back(row_of(lifecycle_.stages.size(), now));
    for (std::size_t place = 0; place < lifecycle_.stages.size(); ++place) rows.push_back(row_of(place, now));
    return rows;
}

std::vector<StepRow> Summary::steps(TimePoint now) {
    forget(now);
    std::vector<StepRow> rows;
    for (const auto& [name, runs] : steps_) {
        StepRow row{name.first, name.second, windows(runs, now)};
        if (row.runs.four_weeks.count > 0) rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [&](const StepRow& a, const StepRow& b) { return rank(a.system) < rank(b.system); });
    return rows;
}

std::vector<EdgeRow> Summary::edges() const {
    std::vector<EdgeRow> rows;
    for (const auto& [edge, row] : edges_)
        if (row.sent > 0 || row.received > 0 || row.missing > 0)
            rows.push_back({edge, row.sent, row.received, row.missing});
    std::stable_sort(rows.begin(), rows.end(), [&](const EdgeRow& a, const EdgeRow& b) {
        return rank(a.edge.substr(0, a.edge.find('>'))) < rank(b.edge.substr(0, b.edge.find('>')));
    });
    return rows;
}

std::size_t Summary::rank(std::string_view system) const {
    const auto& systems = lifecycle_.systems;
    const auto found =
        std::find_if(systems.begin(), systems.end(), [&](const auto& known) { return known.name == system; });
    return static_cast<std::size_t>(found - systems.begin());
}

}  // namespace ordertrace
