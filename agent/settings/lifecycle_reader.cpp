#include "settings/lifecycle_reader.h"

#include <algorithm>

#include "settings/calendar_reader.h"
#include "settings/common_sections.h"
#include "settings/lifecycle_checks.h"
#include "settings/names.h"
#include "settings/settings_file.h"
#include "settings/values.h"

namespace ordertrace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t most_stages = 200;
constexpr std::size_t most_systems = 200;
constexpr std::size_t most_entries = 32;

// What the stages refer to, and what is learnt of them.
struct Reading {
    std::vector<std::string> systems;
    std::vector<std::string> stages;
    CalendarReading calendar;
    StageGraph graph;
};

Judged<std::string> known_system(const std::string& text, const Reading& reading) {
    if (std::find(reading.systems.begin(), reading.systems.end(), text) != reading.systems.end()) return text;
    auto hint = nearest_name_hint(text, reading.systems);
    if (hint.empty()) hint = "add it to systems";
    return complain(quoted(text) + " is no system of this file", std::move(hint));
}

// A stage that may follow `name`; what was meant goes into the graph.
Judged<std::string> following_stage(const std::string& text, const std::string& name, Reading& reading) {
    if (text == name) return complain("the stage itself", "name the stages after it");
    if (std::find(reading.stages.begin(), reading.stages.end(), text) != reading.stages.end()) {
        reading.graph[name].push_back(text);
        return text;
    }
    const auto meant = nearest_name(text, reading.stages);
    if (!meant.empty()) reading.graph[name].push_back(meant);
    return complain(quoted(text) + " is no stage of this file",
                    meant.empty() ? "add it to stages" : "did you mean " + meant + "?");
}

// Control characters become others on their way through the agent: such a status is never seen.
Judged<std::string> stage_name(const std::string& text) {
    const bool control =
        std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    return control ? complain("a control character in the name") : protocol_word(text);
}

void read_systems(MapReader& root, Lifecycle& lifecycle) {
    root.each_named("systems", most_systems, [&](const std::string& name, MapReader& map) {
        LifecycleSystem system;
        system.name = name;
        map.read("silent_after", system.silent_after, DurationRange{seconds{1}, hours{24 * 90}});
        lifecycle.systems.push_back(std::move(system));
    });
    for (const auto& system : lifecycle.systems)
        if (const auto name = own_system_name(system.name); !name)
            root.problem_at_name("systems", system.name, name.error().what, name.error().hint);
}

Stage read_stage(const std::string& name, MapReader& map, Reading& reading) {
    Stage stage;
    stage.name = name;
    const LimitJudge limit{reading.calendar};
    const auto system = [&](const std::string& text) { return known_system(text, reading); };
    map.read_or_empty("set_by", stage.set_by, system);
    std::vector<std::pair<std::string, Limit>> reaches;
    map.read_named("reaches", most_entries, reaches, system, limit);
    for (auto& [to, within] : reaches) stage.reaches.push_back({.system = std::move(to), .within = within});
    const bool good_next = map.read_list("next", most_entries, stage.next, [&](const std::string& text) {
        return following_stage(text, name, reading);
    }) || !map.has("next");
    map.read("within", stage.within, limit);
    const bool good_terminal = map.read("terminal", stage.terminal, parse_bool) || !map.has("terminal");
    check_limits(map, stage);
    if (good_next && good_terminal) check_end(map, stage);
    return stage;
}

void read_stages(MapReader& root, Lifecycle& lifecycle, Reading& reading) {
    root.require("stages", "name the statuses of an order, the first one first");
    root.each_named("stages", most_stages, [&](const std::string& name, MapReader& map) {
        lifecycle.stages.push_back(read_stage(name, map, reading));
    });
    for (const auto& stage : lifecycle.stages)
        if (const auto name = stage_name(stage.name); !name)
            root.problem_at_name("stages", stage.name, name.error().what, name.error().hint);
    if (const auto names = root.names_in("stages"); names && names->empty())
        root.problem("stages", "no stage", "name the statuses of an order, the first one first");
    // A stage that is no map has been told of; what it leads to cannot be known.
    if (lifecycle.stages.size() == reading.stages.size()) check_paths(root, lifecycle.stages, reading.graph);
}

void read_root(MapReader& root, Lifecycle& lifecycle) {
    Reading reading;
    read_version(root);
    root.read("namespace", lifecycle.name_space, namespace_name);
    root.read("skew", lifecycle.skew, DurationRange{milliseconds{1}, hours{1}, true});
    root.read("retry_within", lifecycle.retry_within, DurationRange{seconds{1}, hours{24 * 30}, true});
    root.read_list("ignore_steps", most_entries, lifecycle.ignore_steps, glob);
    read_systems(root, lifecycle);
    reading.systems = root.names_in("systems").value_or(std::vector<std::string>{});
    reading.stages = root.names_in("stages").value_or(std::vector<std::string>{});
    reading.calendar = read_calendar(root);
    read_stages(root, lifecycle, reading);
    lifecycle.calendar = std::move(reading.calendar.calendar);
}

}  // namespace

LifecycleOrProblems parse_lifecycle(std::string_view text, const std::string& file, const EnvironmentLookup& lookup) {
    ReadContext context{.file = file, .variable = lookup, .problems = {}, .absent = {}};
    Lifecycle lifecycle;
    read_settings_tree(text, context,
                       "write version: 1 and stages:", [&](MapReader& root) { read_root(root, lifecycle); });
    if (!context.problems.empty()) return tl::unexpected(std::move(context.problems));
    return lifecycle;
}

LifecycleOrProblems read_lifecycle(const std::string& file, const EnvironmentLookup& lookup) {
    const auto text = read_settings_text(file);
    if (!text) return tl::unexpected(std::vector{text.error()});
    return parse_lifecycle(*text, file, lookup);
}

}  // namespace ordertrace
