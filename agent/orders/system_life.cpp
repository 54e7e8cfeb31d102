#include "orders/system_life.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

namespace ordertrace {
namespace {

void find_covered(SystemLife& life, std::size_t from) {
    life.covered.resize(life.beats.size());
    for (auto at = from; at < life.beats.size(); ++at)
        life.covered[at] = at == 0 ? life.beats[at].end : std::max(life.covered[at - 1], life.beats[at].end);
}

bool is_earlier(const Beat& a, const Beat& b) {
    return std::tie(a.start, a.end, a.host) < std::tie(b.start, b.end, b.host);
}

}  // namespace

SystemLife* SystemLives::life_of(std::string_view system) {
    const auto found = systems_.find(system);
    if (found != systems_.end()) return &found->second;
    if (systems_.size() >= max_systems) return nullptr;
    return &systems_.emplace(system, SystemLife{}).first->second;
}

void SystemLives::add(std::string_view system, Beat beat) {
    auto* life = life_of(system);
    if (life == nullptr) return;
    const auto [first, last] = std::equal_range(life->beats.begin(), life->beats.end(), beat, is_earlier);
    if (std::find(first, last, beat) != last) return;
    life->heard = std::max(life->heard, beat.seen_at);
    life->last_seen = std::max(life->last_seen, beat.seen_at);
    if (beat.system_beats > 0) life->spoke = std::max(life->spoke, beat.end);
    for (const auto& restart : beat.restarts) {
        const auto known = life->restarted.find(restart.instance);
        if (known != life->restarted.end())
            known->second = std::max(known->second, restart.at);
        else if (life->restarted.size() < max_instances)
            life->restarted.emplace(restart.instance, restart.at);
    }
    const auto at = static_cast<std::size_t>(std::distance(life->beats.begin(), last));
    life->beats.insert(last, std::move(beat));
    find_covered(*life, at);
}

void SystemLives::seen(std::string_view system, TimePoint at) {
    if (auto* life = life_of(system)) life->last_seen = std::max(life->last_seen, at);
}

void SystemLives::forget_before(TimePoint time) {
    for (auto& [name, life] : systems_) {
        std::map<std::string_view, TimePoint> last_of_host;
        for (const auto& beat : life.beats) {
            auto& last = last_of_host[beat.host];
            last = std::max(last, beat.end);
        }
        std::vector<Beat> kept;
        for (const auto& beat : life.beats)
            if (beat.end >= time || beat.end == last_of_host[beat.host]) kept.push_back(beat);
        life.beats = std::move(kept);
        find_covered(life, 0);
        std::erase_if(life.restarted, [time](const auto& restart) { return restart.second < time; });
    }
}

const SystemLife* SystemLives::find(std::string_view system) const {
    const auto found = systems_.find(system);
    return found == systems_.end() ? nullptr : &found->second;
}

}  // namespace ordertrace
