#include "orders/open_steps_of.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "orders/attempts.h"

namespace ordertrace {
namespace {

// Silence says something of a system only so long after its own last `beat` line.
constexpr Duration beat_lines_count_for = std::chrono::hours{24};

bool is_marker(const Fact& fact) {
    return (fact.record == FactRecord::started || fact.record == FactRecord::overdue) && fact.parent.value != 0;
}

std::string_view step_name(const Fact& marker) {
    const std::string_view suffix = marker.record == FactRecord::started ? " (started)" : " (overdue)";
    const std::string_view name = marker.name;
    return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : name;
}

void add_marker(const Fact& marker, OpenStep& step) {
    if (step.grounds.empty()) {
        step.system = marker.system;
        step.name = step_name(marker);
        step.instance = marker.instance;
        step.start = marker.start;
        step.attempt = marker.attempt;
        step.attempt_max = marker.attempt_max;
    }
    if (marker.record == FactRecord::overdue && !step.overdue_at) step.overdue_at = marker.start;
    step.grounds.push_back(marker.id);
}

void sort_by_start(std::vector<OpenStep>& steps) {
    std::sort(steps.begin(), steps.end(), [](const OpenStep& a, const OpenStep& b) {
        return std::tie(a.start, a.system, a.name, a.attempt, a.grounds) <
               std::tie(b.start, b.system, b.name, b.attempt, b.grounds);
    });
}

enum class Death : std::uint8_t { none, restart, silence };

bool restarted_since(const SystemLife& life, const OpenStep& step) {
    return std::any_of(life.restarted.begin(), life.restarted.end(), [&step](const auto& restart) {
        return restart.second > step.start && (step.instance.empty() || restart.first == step.instance);
    });
}

Death death_of(Judging& judging, const OpenStep& step) {
    const auto* life = judging.life_of(step.system);
    if (life == nullptr) return Death::none;
    if (restarted_since(*life, step)) return Death::restart;
    const auto* system = judging.lifecycle().find_system(step.system);
    if (system == nullptr || !system->silent_after || life->beats.empty()) return Death::none;
    if (life->covered.back() - life->heard <= *system->silent_after) return Death::none;
    return judging.has_come(life->spoke + beat_lines_count_for) ? Death::none : Death::silence;
}

void tell_step(const OpenStep& step, Verdict& verdict) {
    verdict.since = step.start;
    verdict.system = step.system;
    verdict.step = step.name;
    verdict.attempt = step.attempt;
    verdict.attempt_max = step.attempt_max;
    verdict.to_act = step.system;
    verdict.grounds = step.grounds;
}

}  // namespace

std::vector<OpenStep> open_steps_of(const Judging& judging) {
    std::map<std::uint64_t, OpenStep> by_id;
    for (const auto* fact : judging.facts())
        if (is_marker(*fact)) add_marker(*fact, by_id[fact->parent.value]);
    if (by_id.empty()) return {};
    for (const auto* fact : judging.facts())
        if (fact->record == FactRecord::step || fact->record == FactRecord::abandoned) by_id.erase(fact->id.value);
    std::vector<OpenStep> open;
    for (auto& [id, step] : by_id)
        if (!judging.is_ignored(step.name)) open.push_back(std::move(step));
    sort_by_start(open);
    return open;
}

void add_given_up(const std::vector<const Fact*>& latest, std::vector<OpenStep>& open) {
    const auto begun = open;
    for (const auto* attempt : latest) {
        if (attempt->record != FactRecord::abandoned || is_tried_again(*attempt, begun)) continue;
        open.push_back({attempt->system,
                        attempt->name,
                        attempt->instance,
                        attempt->start,
                        attempt->end(),
                        attempt->attempt,
                        attempt->attempt_max,
                        {attempt->id}});
    }
    sort_by_start(open);
}

void keep_those_in_stay(Judging& judging, std::vector<OpenStep>& open) {
    std::erase_if(open, [&judging](const OpenStep& step) { return !judging.is_in_stay(step.system, step.start); });
}

bool judge_died_inside(Judging& judging, const std::vector<OpenStep>& open, Verdict& verdict) {
    const OpenStep* dead = nullptr;
    auto death = Death::none;
    // All are asked, for beats of any of their systems may change the verdict.
    for (const auto& step : open) {
        const auto found = death_of(judging, step);
        if (found == Death::none || dead != nullptr) continue;
        dead = &step;
        death = found;
    }
    if (dead == nullptr) return false;
    tell_step(*dead, verdict);
    verdict.kind = VerdictKind::died_inside;
    verdict.by_restart = death == Death::restart;
    verdict.limit = verdict.by_restart ? Duration{0} : *judging.lifecycle().find_system(dead->system)->silent_after;
    verdict.deadline = dead->start + *verdict.limit;
    verdict.overdue = true;
    return true;
}

bool judge_running(Judging& judging, const std::vector<OpenStep>& open, Verdict& verdict) {
    if (open.empty()) return false;
    const auto is_overdue = [&judging](const OpenStep& step) {
        return step.overdue_at && judging.has_come(*step.overdue_at);
    };
    const auto overdue = std::find_if(open.begin(), open.end(), is_overdue);
    const auto& step = overdue == open.end() ? open.front() : *overdue;
    tell_step(step, verdict);
    verdict.kind = VerdictKind::running;
    verdict.overdue = overdue != open.end();
    verdict.deadline = step.overdue_at;
    if (step.overdue_at) verdict.limit = *step.overdue_at - step.start;
    return true;
}

}  // namespace ordertrace
