#include "journal/directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace ordertrace {

Lock lock_directory(JournalShared& shared) {
    const auto made = shared.disk.make_directory(shared.settings.directory);
    const auto path = shared.path(lock_name);
    auto file = shared.disk.open(path, O_RDWR | O_CREAT);
    const int why = file ? 0 : file.error();
    if (!file) file = shared.disk.open(path, O_RDONLY);  // a read-only directory may hold the lock of earlier days
    if (!file) {
        made ? shared.trouble.set(DiskTrouble::lock, why) : shared.trouble.set(DiskTrouble::directory, made.error());
        return Lock::impossible;
    }
    const auto locked = shared.disk.lock(file->get());
    if (!locked && locked.error() == EWOULDBLOCK) return Lock::held_by_other;
    if (!locked) {
        shared.trouble.set(DiskTrouble::lock, locked.error());
        return Lock::impossible;
    }
    if (shared.disk.truncate(file->get(), 0))
        (void)write_all(shared.disk, file->get(), std::to_string(::getpid()) + "\n", 0);  // only named in messages
    shared.lock = std::move(*file);
    return Lock::taken;
}

std::string lock_message(JournalShared& shared) {
    std::string owner;
    if (const auto file = shared.disk.open(shared.path(lock_name), O_RDONLY)) {
        std::array<char, 16> text{};
        const auto got = read_all(shared.disk, file->get(), text.data(), text.size(), 0).value_or(0);
        const auto end = std::find_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(got),
                                      [](char c) { return c < '0' || c > '9'; });
        owner.assign(text.begin(), end);
    }
    return "another agent" + (owner.empty() ? "" : " (pid " + owner + ")") + " uses the journal in " +
           shared.settings.directory + "; give each agent its own journal.directory";
}

void read_state(JournalShared& shared) {
    const auto file = shared.disk.open(shared.path(state_name), O_RDONLY);
    if (!file) return;
    std::array<char, state_file_bytes> bytes{};
    const auto got = read_all(shared.disk, file->get(), bytes.data(), bytes.size(), 0);
    if (!got || *got != bytes.size()) return;
    shared.state.fill(bytes);
    shared.intake_page.resume();
    shared.delivery_page.resume();
}

bool attach_state(JournalShared& shared, bool delivery_too) {
    const auto refused = [&](int why) {
        shared.trouble.set(DiskTrouble::state, why);
        return false;
    };
    const auto file = shared.disk.open(shared.path(state_name), O_RDWR | O_CREAT);
    if (!file) return refused(file.error());
    const int fd = file->get();
    if (const auto made = shared.disk.allocate(fd, state_file_bytes); !made) return refused(made.error());
    if (const auto put = shared.state.attach(shared.disk, fd, shared.state.intake_page()); !put)
        return refused(put.error());
    if (delivery_too) {
        if (const auto put = shared.state.attach(shared.disk, fd, shared.state.delivery_page()); !put)
            return refused(put.error());
        shared.delivery_attached = true;
    }
    shared.state_on_disk.store(true, std::memory_order_release);
    return true;
}

bool holds_a_journal(JournalShared& shared) {
    const auto entries = shared.disk.list(shared.settings.directory);
    return entries && std::any_of(entries->begin(), entries->end(), [](const DirectoryEntry& entry) {
               return entry.name == state_name || segment_id(entry.name);
           });
}

}  // namespace ordertrace
