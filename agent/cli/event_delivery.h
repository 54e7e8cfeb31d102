// Brings events to an agent until it has them: again and again, with pauses that grow to 5 s and jitter, while it is
// away. Owned by one command; one thread. What could not be brought says one line on `errors` when it begins and one
// when it is over; of refused events the first 20 are shown.
#pragma once

#include <chrono>
#include <deque>
#include <iosfwd>
#include <random>
#include <string>
#include <vector>

#include "cli/stop_signal.h"
#include "emit/event_door.h"

namespace ordertrace {

class EventDelivery {
public:
    // `program`: as messages begin. `grace`: so long it goes on trying after a stop signal.
    EventDelivery(EventDoor door, std::string program, std::chrono::milliseconds grace, const StopSignal& stop,
                  std::ostream& errors);

    // Empties `events` and returns true; or leaves those the agent does not have, after a stop signal.
    bool deliver(std::vector<std::string>& events);

    std::size_t sent() const { return sent_; }
    std::size_t refused() const { return refused_; }
    const std::string& trouble() const { return trouble_; }

private:
    using Clock = std::chrono::steady_clock;

    std::chrono::milliseconds next_pause();
    void tell(const Offered& offered, const std::vector<std::string>& events);
    void tell_refused(const std::string& event, const std::string& reason);

    EventDoor door_;
    std::string program_;
    std::chrono::milliseconds grace_;
    const StopSignal& stop_;
    std::ostream& errors_;
    std::size_t sent_ = 0;
    std::size_t refused_ = 0;
    std::string trouble_;  // empty: the last offer was taken
    Clock::time_point trouble_since_;
    std::chrono::milliseconds pause_;
    std::minstd_rand random_;
};

}  // namespace ordertrace
