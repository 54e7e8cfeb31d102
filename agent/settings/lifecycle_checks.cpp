#include "settings/lifecycle_checks.h"

#include <set>

#include "settings/calendar_reader.h"

namespace ordertrace {
namespace {

// Open hours never pass faster than the clock: only a reach that counts always may be over before a longer one that
// counts open hours.
bool always_longer(const Limit& reach, const Limit& within) {
    return reach.length > within.length && (reach.business || !within.business);
}

// Every stage an order can come to: from the first, and from those that any system may set at any time.
std::set<std::string> reached(const std::vector<Stage>& stages, const StageGraph& graph) {
    std::vector<std::string> open;
    for (const auto& stage : stages)
        if (&stage == &stages.front() || stage.set_by.empty()) open.push_back(stage.name);
    std::set<std::string> found;
    while (!open.empty()) {
        const auto name = std::move(open.back());
        open.pop_back();
        if (!found.insert(name).second) continue;
        if (const auto next = graph.find(name); next != graph.end())
            open.insert(open.end(), next->second.begin(), next->second.end());
    }
    return found;
}

}  // namespace

void check_limits(MapReader& map, const Stage& stage) {
    for (const auto& reach : stage.reaches) {
        if (reach.system == stage.set_by)
            map.problem_at_name("reaches", reach.system, reach.system + " sets this stage itself",
                                "leave it out of reaches");
        if (stage.within && always_longer(reach.within, *stage.within))
            map.problem_at_name("reaches", reach.system, to_text(reach.within) + " is longer than within",
                                "an order may stay for " + to_text(*stage.within) + " only");
    }
}

void check_end(MapReader& map, const Stage& stage) {
    if (stage.terminal && !stage.next.empty())
        map.problem("next", "nothing follows a terminal stage", "leave next or terminal out");
    if (stage.terminal && stage.within)
        map.problem("within", "an order stays in a terminal stage for good", "leave within or terminal out");
    if (!stage.terminal && stage.next.empty())
        map.problem("", "a dead end: nothing follows and it is not terminal",
                    "name what may follow in next, or write terminal: true");
}

void check_paths(MapReader& root, const std::vector<Stage>& stages, const StageGraph& graph) {
    const auto found = reached(stages, graph);
    for (const auto& stage : stages)
        if (!found.contains(stage.name))
            root.problem_at_name("stages", stage.name, "no path leads here from " + stages.front().name,
                                 "name it in next of a stage before it, or leave set_by out if any system may set it "
                                 "at any time");
}

}  // namespace ordertrace
