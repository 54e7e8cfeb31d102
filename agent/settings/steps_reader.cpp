#include "settings/agent_sections.h"
#include "settings/names.h"

namespace ordertrace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// Times further back than 90 days are not believed: a step cannot be open for longer.
constexpr hours longest_open{24 * 90};
const DurationRange open_time{milliseconds{1}, longest_open};

// An overdue_after that was asked for must come before the end. A give_up_after alone may come first:
// such steps are given up before they could be overdue.
void read_limits(MapReader& map, StepLimits& limits) {
    const bool overdue = map.read("overdue_after", limits.overdue_after, open_time);
    const bool give_up = map.read("give_up_after", limits.give_up_after, open_time);
    const bool judged = overdue && (give_up || !map.has("give_up_after"));
    if (judged && limits.overdue_after >= limits.give_up_after)
        map.problem("overdue_after", to_text(limits.overdue_after) + " is never reached",
                    "a step is given up after " + to_text(limits.give_up_after));
}

}  // namespace

void read_steps(MapReader& root, AgentSettings& settings) {
    auto& rules = settings.steps;
    root.map("steps", [&](MapReader& map) {
        map.read("marker_after", rules.marker_after, DurationRange{milliseconds{1}, longest_open, true});
        read_limits(map, rules.limits);
        map.read("max_open", rules.max_open, CountRange{1, 10'000'000});
        map.each_named("per_step", most_per_step, [&](const std::string& name, MapReader& inner) {
            StepLimits limits = rules.limits;
            read_limits(inner, limits);
            if (const auto step = protocol_word(name)) {
                rules.per_step.insert_or_assign(name, limits);
            } else {
                inner.problem("", step.error().what, step.error().hint);
            }
        });
    });
}

}  // namespace ordertrace
