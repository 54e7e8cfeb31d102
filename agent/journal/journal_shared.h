// What the intake and the delivery thread share: the atomics of the crossing, the state page, and delivery's own part.
// Private to the journal room; others hold it as a handle. No lock; each atomic names its writer.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "journal/delivery.h"
#include "journal/disk.h"
#include "journal/files.h"
#include "journal/journal.h"
#include "journal/space.h"
#include "journal/state_page.h"

namespace ordertrace {

// Where the disk failed; the text is made by whoever asks (journal_gauges.cpp).
enum class DiskTrouble : std::uint32_t { none, directory, lock, locked, foreign, state, write, sync };

// An errno and its place in one word, so that any thread can read it whole.
class TroubleCell {
public:
    void set(DiskTrouble where, int error) {
        cell_.store(static_cast<std::uint64_t>(where) << 32U | static_cast<std::uint32_t>(error),
                    std::memory_order_relaxed);
    }
    void clear() { cell_.store(0, std::memory_order_relaxed); }
    DiskTrouble where() const { return static_cast<DiskTrouble>(cell_.load(std::memory_order_relaxed) >> 32U); }
    std::pair<DiskTrouble, int> get() const {
        const auto cell = cell_.load(std::memory_order_relaxed);
        return {static_cast<DiskTrouble>(cell >> 32U), static_cast<int>(cell & 0xFFFFFFFFU)};
    }

private:
    std::atomic<std::uint64_t> cell_{0};
};

class JournalShared {
public:
    JournalShared(const JournalSettings& wanted, Disk& the_disk);

    std::string path(std::string_view name) const { return in_directory(settings.directory, name); }
    void add_bytes(bool in_memory, std::uint64_t bytes) { (in_memory ? memory_bytes : disk_bytes) += bytes; }
    void take_bytes(bool in_memory, std::uint64_t bytes) { (in_memory ? memory_bytes : disk_bytes) -= bytes; }
    bool over_drop_mark() const { return disk_bytes > disk_space.drop_above || memory_bytes > memory_space.drop_above; }
    // Wakes delivery if it sleeps.
    void ring();

    const JournalSettings settings;
    Disk& disk;
    PosixDisk memory_disk;  // memory segments are no matter of the disk
    const Space disk_space;
    const Space memory_space;
    StateMemory state;
    UniqueFd lock;                    // held as long as the journal; intake's
    bool directory_was_read = false;  // at the start: nothing in it is unknown; intake's
    UniqueFd doorbell;

    // By intake.
    std::atomic<bool> settled{false};             // the replay is over: delivery may begin
    std::atomic<std::uint64_t> written{0};        // the last number delivery can read
    std::atomic<std::uint64_t> rewritten_to{0};   // no open step lies in a segment below this any more
    std::atomic<std::uint64_t> rewrite_bytes{0};  // what rewriting took the last time
    std::atomic<bool> memory_mode{false};
    std::atomic<bool> losses_to_book{false};  // numbers that no burst took, and no record tells so yet
    std::atomic<bool> state_on_disk{false};
    TroubleCell trouble;

    // By delivery.
    std::atomic<bool> sleeping{false};
    std::atomic<std::uint64_t> rewrite_below{0};  // it wants to let go of the segments below this
    std::atomic<std::uint64_t> segments{0};
    TroubleCell sync_trouble;

    // By both.
    std::atomic<std::uint64_t> disk_bytes{0};
    std::atomic<std::uint64_t> memory_bytes{0};

    StatePage<IntakeState> intake_page;      // intake stores
    StatePage<DeliveryState> delivery_page;  // delivery stores
    bool delivery_attached = false;          // delivery's, as all below
    Delivery delivery;
};

}  // namespace ordertrace
