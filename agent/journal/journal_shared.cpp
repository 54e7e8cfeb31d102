#include "journal/journal_shared.h"

#include <sys/eventfd.h>

namespace ordertrace {

JournalShared::JournalShared(const JournalSettings& wanted, Disk& the_disk)
    : settings{wanted},
      disk{the_disk},
      disk_space{space_on_disk(wanted.limit)},
      memory_space{space_in_memory(wanted.memory_limit)},
      doorbell{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)},
      intake_page{state.intake_page()},
      delivery_page{state.delivery_page()},
      delivery{*this} {}

void JournalShared::ring() {
    if (!sleeping.load() || !sleeping.exchange(false)) return;
    ::eventfd_write(doorbell.get(), 1);
}

}  // namespace ordertrace
