#include "steps/system_ledger.h"

#include <limits>

namespace ordertrace {
namespace {

// One absurd `seq` must not turn a counter round.
void add_up_to_max(std::uint64_t& to, std::uint64_t n) {
    constexpr auto max = std::numeric_limits<std::uint64_t>::max();
    to = n > max - to ? max : to + n;
}

}  // namespace

void SystemLedger::heard(std::size_t place, bool beat, TimePoint now) {
    auto& account = accounts_[place];
    ++account.events;
    if (beat) ++account.beats;
    seen_[place].store(to_micros(now), std::memory_order_relaxed);
}

void SystemLedger::add_missing(std::size_t place, std::uint64_t numbers) {
    add_up_to_max(accounts_[place].missing, numbers);
    add_up_to_max(missing_total_, numbers);
}

void SystemLedger::add_restart(std::size_t place, std::string_view instance, TimePoint time) {
    auto& restarts = accounts_[place].restarts;
    if (restarts.size() < max_restarts) restarts.push_back({std::string{instance}, time});
}

std::vector<SystemSeen> SystemLedger::last_seen() const {
    std::vector<SystemSeen> all;
    const auto known = size();
    for (std::size_t place = 0; place < known; ++place)
        if (seen(place) != TimePoint{} && name(place) != "order") all.push_back({name(place), seen(place)});
    return all;
}

}  // namespace ordertrace
