#include <system_error>

#include "journal/balance_from.h"
#include "journal/journal_reader.h"
#include "journal/journal_shared.h"

namespace ordertrace {
namespace {

std::string text_of(const JournalShared& shared, DiskTrouble where, int error) {
    const auto& directory = shared.settings.directory;
    const std::string why = ": " + std::generic_category().message(error);
    const std::string until = "; spans are kept in memory until it works again";
    switch (where) {
        case DiskTrouble::none: return {};
        case DiskTrouble::directory: return "cannot create the directory " + directory + why + until;
        case DiskTrouble::lock: return "cannot lock the journal in " + directory + why + until;
        case DiskTrouble::locked:
            return "another agent uses the journal in " + directory + "; spans are kept in memory until it ends";
        case DiskTrouble::foreign:
            return directory + " holds the journal of an earlier run that could not be read at the start; " +
                   "spans are kept in memory until the agent is restarted";
        case DiskTrouble::state: return "cannot write " + shared.path(state_name) + why + until;
        case DiskTrouble::write: return "cannot write to the journal in " + directory + why + until;
        case DiskTrouble::sync:
            return "cannot sync the journal in " + directory + why + "; a power failure may lose what is not synced";
    }
    return {};
}

template <class Page, class T>
void load_newest(const Page& page, T& to) {
    while (!page.load_beside_writer(to)) {  // stored before either thread runs: it cannot stay so
    }
}

}  // namespace

Balance balance_of(const JournalShared& shared) {
    DeliveryState delivery;
    IntakeState intake;
    load_newest(shared.delivery_page, delivery);
    load_newest(shared.intake_page, intake);
    return balance_from(intake, delivery);
}

JournalGauges gauges_of(const JournalShared& shared) {
    JournalGauges gauges;
    gauges.bytes = shared.disk_bytes.load(std::memory_order_relaxed);
    gauges.limit_bytes = shared.settings.limit;
    gauges.segments = shared.segments.load(std::memory_order_relaxed);
    gauges.in_memory = shared.memory_mode.load(std::memory_order_relaxed);
    const auto [where, error] = shared.trouble.get();
    const auto [sync_where, sync_error] = shared.sync_trouble.get();
    gauges.last_error =
        where != DiskTrouble::none ? text_of(shared, where, error) : text_of(shared, sync_where, sync_error);
    return gauges;
}

}  // namespace ordertrace
