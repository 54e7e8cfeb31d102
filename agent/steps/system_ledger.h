// What was heard of each system the agent speaks for, since the process began. Written by the intake thread;
// last_seen() may be read by any thread without a lock. Bounds: 128 systems (the configuration lists them); what
// comes after shares one place that has no beats.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "steps/name_table.h"

namespace ordertrace {

struct SenderRestart {
    std::string instance;
    TimePoint time{};
};

struct SystemSeen {
    std::string_view system;  // lives as long as the ledger
    TimePoint time{};
};

class SystemLedger {
public:
    static constexpr std::size_t max_systems = 128;
    static constexpr std::size_t max_restarts = 16;  // a beat tells of so many

    struct Account {
        std::uint64_t events = 0;
        std::uint64_t beats = 0;
        std::uint64_t missing = 0;
        std::vector<SenderRestart> restarts;  // since the last beat
    };

    // Intake thread.
    std::size_t place_of(std::string_view system) { return names_.place_of(system); }
    void heard(std::size_t place, bool beat, TimePoint now);
    void add_missing(std::size_t place, std::uint64_t numbers);
    void add_restart(std::size_t place, std::string_view instance, TimePoint time);
    void forget_restarts(std::size_t place) { accounts_[place].restarts.clear(); }
    const Account& account(std::size_t place) const { return accounts_[place]; }
    std::uint64_t missing_total() const { return missing_total_; }

    // Any thread.
    std::size_t size() const { return names_.size(); }
    std::string_view name(std::size_t place) const { return names_.name(place); }
    TimePoint seen(std::size_t place) const { return from_micros(seen_[place].load(std::memory_order_relaxed)); }
    // Systems that were heard of, but for the service `order`.
    std::vector<SystemSeen> last_seen() const;

private:
    NameTable<max_systems> names_;
    std::array<Account, max_systems + 1> accounts_;
    std::array<std::atomic<std::int64_t>, max_systems + 1> seen_{};  // 0: never
    std::uint64_t missing_total_ = 0;
};

}  // namespace ordertrace
