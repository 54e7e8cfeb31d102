// Stages, steps, systems and edges as JSON, all at the end of the watcher's last cycle.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "board/api.h"
#include "board/api_values.h"

namespace ordertrace {
namespace {

namespace json = boost::json;

json::object window(const DurationStats& stats, bool with_failures) {
    json::object object{{"median_seconds", seconds_value(stats.median)},
                        {"p95_seconds", seconds_value(stats.p95)},
                        {"number", stats.count}};
    if (with_failures) object["failures"] = stats.failures;
    return object;
}

json::object windows(const Windows& over, bool with_failures) {
    return {{"1d", window(over.day, with_failures)},
            {"7d", window(over.week, with_failures)},
            {"28d", window(over.four_weeks, with_failures)}};
}

json::object stage_object(const StageOverview& stage, TimePoint at) {
    json::object stuck_by;
    for (const auto& [kind, count] : stage.stuck_by) stuck_by[word_for(kind)] = count;
    return {{"stage", text_or_null(stage.stage)},
            {"terminal", stage.terminal},
            {"orders", stage.orders},
            {"stuck", stage.stuck},
            {"stuck_by", std::move(stuck_by)},
            {"oldest", time_value(stage.oldest)},
            {"oldest_seconds", age_value(stage.oldest, at)},
            {"stays", windows(stage.stays, false)}};
}

json::object edge_object(const EdgeOverview& edge, TimePoint at) {
    const auto middle = edge.edge.find('>');  // none in `other`, where edges beyond the bound are counted
    const bool named = middle != std::string::npos;
    return {{"edge", valid_text(edge.edge)},
            {"from", text_or_null(named ? edge.edge.substr(0, middle) : std::string{})},
            {"to", text_or_null(named ? edge.edge.substr(middle + 1) : std::string{})},
            {"sent", edge.sent},
            {"received", edge.received},
            {"missing", edge.missing},
            {"oldest_missing", time_value(edge.oldest_missing)},
            {"oldest_missing_seconds", age_value(edge.oldest_missing, at)}};
}

json::object system_object(const SystemOverview& system, TimePoint at) {
    json::array hosts;
    for (const auto& host : system.hosts) hosts.emplace_back(valid_text(host));
    return {{"system", valid_text(system.system)},
            {"known", system.known},
            {"last_seen", time_value(system.last_seen)},
            {"last_seen_seconds", age_value(system.last_seen, at)},
            {"hosts", std::move(hosts)},
            {"lost", system.lost},
            {"missing", system.missing},
            {"dropped", system.dropped},
            {"silent_seconds", whole_seconds(system.silent_for)}};
}

}  // namespace

std::string stages_json(const Overview& overview) {
    json::array stages;
    for (const auto& stage : overview.stages) stages.push_back(stage_object(stage, overview.at));
    json::array steps;
    for (const auto& step : overview.steps)
        steps.push_back(json::object{{"system", text_or_null(step.system)},
                                     {"step", valid_text(step.step)},
                                     {"runs", windows(step.runs, true)}});
    return json::serialize(json::object{{"at", time_value(overview.at)},
                                        {"orders", overview.orders},
                                        {"stuck", overview.stuck},
                                        {"stages", std::move(stages)},
                                        {"steps", std::move(steps)}});
}

std::string systems_json(const Overview& overview) {
    json::array systems;
    for (const auto& system : overview.systems) systems.push_back(system_object(system, overview.at));
    return json::serialize(json::object{{"at", time_value(overview.at)}, {"systems", std::move(systems)}});
}

std::string edges_json(const Overview& overview) {
    json::array edges;
    for (const auto& edge : overview.edges) edges.push_back(edge_object(edge, overview.at));
    return json::serialize(json::object{{"at", time_value(overview.at)}, {"edges", std::move(edges)}});
}

std::string error_json(std::string_view what) { return json::serialize(json::object{{"error", valid_text(what)}}); }

}  // namespace ordertrace
