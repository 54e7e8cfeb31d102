// Finds events that never came, by the numbers their senders give them. Pure; owned by the intake thread.
// A number not seen within 10 s of a higher one is missing; a lower one after that is a late arrival; one below half of
// the highest is a restart of the sender.
// Bounds: 1,000 senders (the one silent longest makes room), 16 open gaps a sender; what falls out is missing at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/container/static_vector.hpp>

#include "base/time.h"
#include "steps/system_ledger.h"

namespace ordertrace {

class SequenceTracker {
public:
    static constexpr std::size_t max_senders = 1000;
    static constexpr std::size_t max_gaps = 16;
    static constexpr Duration patience = std::chrono::seconds{10};

    explicit SequenceTracker(SystemLedger& ledger) : ledger_{ledger} {}

    // `place` is the system's in the ledger, where missing numbers and restarts are booked.
    void observe(std::size_t place, std::string_view instance, std::uint64_t number, TimePoint now);
    // Books the gaps whose time is over.
    void judge(TimePoint now);
    std::optional<TimePoint> next_due() const { return next_due_; }

private:
    struct Gap {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        TimePoint due{};
    };
    struct Sender {
        std::string key;
        std::size_t place = 0;
        std::uint64_t highest = 0;
        TimePoint seen{};
        boost::container::static_vector<Gap, max_gaps> gaps;
    };

    Sender& sender_of(std::size_t place, std::string_view instance, std::uint64_t number);
    // Where a new sender goes; the one silent longest makes room.
    std::size_t free_index();
    void add_gap(Sender& sender, Gap gap);
    static bool fill(Sender& sender, std::uint64_t number);
    void give_up_oldest(Sender& sender);
    void give_up_all(Sender& sender);

    SystemLedger& ledger_;
    std::vector<Sender> senders_;
    std::unordered_map<std::string, std::size_t> by_key_;
    std::string key_;  // scratch: looking up does not allocate
    std::optional<TimePoint> next_due_;
};

}  // namespace ordertrace
