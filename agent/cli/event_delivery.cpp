#include "cli/event_delivery.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <thread>

#include "base/display_text.h"

namespace ordertrace {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds patience{5'000};
constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{5'000};
constexpr std::size_t most_shown = 20;             // refused events
constexpr std::size_t most_columns = 160;          // of one
constexpr std::size_t most_at_once = 512U << 10U;  // half of what an agent takes

// The first events, as many as go at once.
std::span<const std::string> first_of(const std::vector<std::string>& events) {
    std::size_t count = 1;
    for (auto bytes = events[0].size(); count < events.size(); ++count) {
        bytes += events[count].size() + 1;
        if (bytes > most_at_once) break;
    }
    return {events.data(), count};
}

}  // namespace

EventDelivery::EventDelivery(EventDoor door, std::string program, milliseconds grace, const StopSignal& stop,
                             std::ostream& errors)
    : door_{std::move(door)},
      program_{std::move(program)},
      grace_{grace},
      stop_{stop},
      errors_{errors},
      pause_{first_pause},
      random_{std::random_device{}()} {}

bool EventDelivery::deliver(std::vector<std::string>& events) {
    std::optional<Clock::time_point> until;
    while (!events.empty()) {
        const auto offered = door_.offer(first_of(events), patience);
        tell(offered, events);
        // A line may be several events, so that more can be refused than were offered.
        sent_ += offered.taken - std::min(offered.taken, offered.refused.size() + offered.more_refused);
        events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(offered.taken));
        if (offered.trouble.empty()) continue;
        auto pause = next_pause();
        if (!until && stop_.seen()) until = Clock::now() + grace_;
        if (until) {
            const auto left = std::chrono::duration_cast<milliseconds>(*until - Clock::now());
            if (left <= milliseconds{0}) return false;
            std::this_thread::sleep_for(std::min(pause, left));
        } else {
            stop_.wait(pause);
        }
    }
    pause_ = first_pause;
    return true;
}

// Up to twice as long as the last one, and at random, so that many senders do not come at once.
milliseconds EventDelivery::next_pause() {
    const auto pause = pause_;
    pause_ = std::min(pause_ * 2, longest_pause);
    return milliseconds{std::uniform_int_distribution<milliseconds::rep>{pause.count() / 2, pause.count()}(random_)};
}

void EventDelivery::tell(const Offered& offered, const std::vector<std::string>& events) {
    for (const auto& refusal : offered.refused) tell_refused(events[refusal.event], refusal.reason);
    refused_ += offered.more_refused;
    if (trouble_.empty() && !offered.trouble.empty()) {
        trouble_since_ = Clock::now();
        errors_ << program_ << ": " << offered.trouble << "; the events are kept and sent again" << std::endl;
    } else if (!trouble_.empty() && offered.trouble.empty()) {
        const auto time = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - trouble_since_);
        errors_ << program_ << ": the agent takes events again, after " << time.count() << " s" << std::endl;
    }
    trouble_ = offered.trouble;
}

void EventDelivery::tell_refused(const std::string& event, const std::string& reason) {
    if (++refused_ > most_shown) return;
    errors_ << program_ << ": the agent refused an event: " << fit(make_inert(reason), most_columns) << ": "
            << fit(make_inert(event), most_columns) << std::endl;
}

}  // namespace ordertrace
