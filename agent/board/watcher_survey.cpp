// What the watcher shows of the whole after a cycle.
#include <algorithm>

#include "board/watcher.h"

namespace ordertrace {
namespace {

constexpr Duration recent = std::chrono::hours{24};

// What beats of the last 24 h tell of a system.
SystemOverview overview_of(const std::string& name, const SystemLife& life, TimePoint now) {
    SystemOverview system{.system = name, .known = false, .last_seen = life.last_seen};
    for (const auto& beat : life.beats) {
        if (beat.end < now - recent) continue;
        if (std::find(system.hosts.begin(), system.hosts.end(), beat.host) == system.hosts.end())
            system.hosts.push_back(beat.host);
        system.lost += beat.lost;
        system.missing += beat.missing;
        system.dropped += beat.dropped;
    }
    std::sort(system.hosts.begin(), system.hosts.end());
    return system;
}

// How long a living agent has not heard of the system: only of systems that sent `beat` lines in the last 24 h.
std::optional<Duration> silence_of(const SystemLife& life, TimePoint now) {
    if (life.beats.empty() || life.spoke < now - recent) return std::nullopt;
    return life.covered.back() - life.heard;
}

}  // namespace

Result<std::shared_ptr<Overview>> Watcher::survey(TimePoint now) {
    std::erase_if(sent_, [&](const auto& mark) { return mark.second + rules_.send_again <= now; });
    auto seen = std::make_shared<Overview>();
    seen->at = now;
    seen->caught_up = caught_up_;
    seen->steps = summary_.steps(now);
    for (auto& row : summary_.stages(now)) {
        StageOverview stage{std::move(row), {}, {}};
        const auto oldest = index_->oldest_in_stage(stage.stage);
        if (!oldest) return tl::make_unexpected(oldest.error());
        stage.oldest = *oldest;
        stage.histogram = stay_counts_.of(stage.stage);
        seen->orders += stage.orders;
        seen->stuck += stage.stuck;
        seen->stages.push_back(std::move(stage));
    }
    for (auto& row : summary_.edges()) {
        EdgeOverview edge{std::move(row), {}};
        const auto oldest = index_->oldest_missing(edge.edge);
        if (!oldest) return tl::make_unexpected(oldest.error());
        edge.oldest_missing = *oldest;
        seen->edges.push_back(std::move(edge));
    }
    seen->systems = survey_systems(now);
    seen->counters = counters_;
    seen->lives = lives_;
    return seen;
}

std::vector<SystemOverview> Watcher::survey_systems(TimePoint now) const {
    std::vector<SystemOverview> systems;
    for (const auto& [name, life] : lives_.all())
        if (name != "order") systems.push_back(overview_of(name, life, now));  // the product's own spans
    for (const auto& known : lifecycle_.systems) {
        auto found = std::find_if(systems.begin(), systems.end(),
                                  [&](const SystemOverview& system) { return system.system == known.name; });
        if (found == systems.end()) found = systems.insert(found, SystemOverview{.system = known.name});
        found->known = true;
        const auto* life = lives_.find(known.name);
        if (known.silent_after && life != nullptr) {
            const auto silence = silence_of(*life, now);
            if (silence && *silence > *known.silent_after) found->silent_for = silence;
        }
    }
    std::sort(systems.begin(), systems.end(),
              [](const SystemOverview& a, const SystemOverview& b) { return a.system < b.system; });
    return systems;
}

void Watcher::publish_trouble(const std::string& what) {
    auto seen = std::make_shared<Overview>(*overview());
    seen->trouble = what;
    seen->counters = counters_;
    publish(std::move(seen));
}

}  // namespace ordertrace
