#include <algorithm>
#include <numeric>

#include "journal/directory.h"
#include "journal/file_journal.h"
#include "journal/journal.h"

namespace ordertrace {
namespace {

std::string problem_with(const std::vector<std::string>& destinations) {
    if (destinations.size() > max_destinations)
        return "the journal keeps positions for at most " + std::to_string(max_destinations) +
               " destinations; remove some from `export`";
    for (const auto& name : destinations) {
        if (name.empty() || name.size() >= destination_name_bytes)
            return "the name of a destination has 1 to " + std::to_string(destination_name_bytes - 1) +
                   " bytes; rename `" + name + "` in `export`";
        if (std::count(destinations.begin(), destinations.end(), name) > 1)
            return "two destinations are named `" + name + "`; give each its own name in `export`";
    }
    return {};
}

// The positions of the configured destinations, in their order; true for those the state page does not know.
std::vector<bool> take_over(const DeliveryState& old, const std::vector<std::string>& names, DeliveryState& state) {
    std::vector<bool> is_new(names.size(), true);
    state.count = names.size();
    for (std::size_t i = 0; i < names.size(); ++i) {
        for (std::size_t k = 0; k < old.count; ++k) {
            if (names[i] != old.destinations.at(k).name.data()) continue;
            state.destinations.at(i) = old.destinations.at(k);
            is_new[i] = false;
        }
        if (is_new[i]) std::copy(names[i].begin(), names[i].end(), state.destinations.at(i).name.begin());
    }
    return is_new;
}

std::vector<DestinationBalance> left_out(const DeliveryState& old, const std::vector<std::string>& names,
                                         std::uint64_t recorded) {
    std::vector<DestinationBalance> forgotten;
    for (std::size_t k = 0; k < old.count; ++k) {
        const auto& one = old.destinations.at(k);
        if (std::find(names.begin(), names.end(), one.name.data()) != names.end()) continue;
        const auto delivered = std::accumulate(one.dropped.begin(), one.dropped.end(), one.committed, std::minus<>{});
        forgotten.push_back({one.name.data(), delivered, recorded - one.committed, one.dropped, one.committed});
    }
    return forgotten;
}

// A position can be ahead of the counters if the power took one page and left the other.
void catch_up(IntakeCounters& counters, const DeliveryState& delivery) {
    for (std::size_t k = 0; k < delivery.count; ++k) {
        const auto committed = delivery.destinations.at(k).committed;
        if (committed <= counters.recorded) continue;
        const auto unknown = committed - counters.recorded;
        counters.events_received += unknown;
        counters.accepted.back() += unknown;
        counters.became.at(static_cast<std::size_t>(Became::span)) += unknown;
        counters.recorded = committed;
    }
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(const JournalSettings& settings, Disk& disk,
                                               const std::vector<std::string>& destinations, TimePoint) {
    if (auto problem = problem_with(destinations); !problem.empty()) return fail(std::move(problem));
    auto shared = std::make_shared<JournalShared>(settings, disk);
    if (lock_directory(*shared) == Lock::held_by_other) return fail(lock_message(*shared));
    shared->directory_was_read = disk.list(settings.directory).has_value();
    read_state(*shared);

    IntakeState intake;
    DeliveryState old;
    if (!shared->intake_page.load(intake)) intake = {};
    if (!shared->delivery_page.load(old) || old.count > max_destinations) old = {};
    catch_up(intake.counters, old);
    auto is_new = take_over(old, destinations, shared->delivery.state);
    auto forgotten = left_out(old, destinations, intake.counters.recorded);
    shared->delivery.destinations.resize(destinations.size());
    shared->intake_page.store(intake);
    shared->delivery_page.store(shared->delivery.state);
    if (shared->lock) attach_state(*shared, true);
    shared->written = intake.counters.recorded;
    return std::make_unique<FileJournal>(std::move(shared), intake, std::move(is_new), std::move(forgotten));
}

}  // namespace ordertrace
