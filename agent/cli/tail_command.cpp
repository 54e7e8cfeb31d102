#include "cli/tail_command.h"

#include <filesystem>
#include <ostream>

#include "cli/event_delivery.h"
#include "cli/exit_code.h"
#include "cli/line_events.h"
#include "cli/log_follower.h"
#include "cli/log_watch.h"
#include "cli/map_option.h"
#include "cli/tail_state.h"

namespace ordertrace {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds look_every{1'000};
constexpr milliseconds between_looks{100};  // so that a busy log makes few posts of many lines

class Tail {
public:
    Tail(LogFollower::Options options, std::optional<LogPlaces> places, TailState state, const EventMap& map,
         EventDoor door, std::ostream& errors)
        : watch_{options.log},
          errors_{errors},
          state_{std::move(state)},
          follower_{std::move(options), places, errors},
          lines_{&map, [this](std::vector<std::string> events) { deliver(std::move(events)); }},
          delivery_{std::move(door), "ordertrace tail", milliseconds{0}, stop_, errors} {}

    int run() {
        while (!stop_.seen()) {
            const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
            const auto add = [&](std::string_view line) { lines_.add(line, now); };
            const auto before = follower_.places();
            const bool more = follower_.read(add, LogFollower::Clock::now());
            lines_.flush();
            if (!all_delivered_) break;
            if (follower_.places() && follower_.places() != before) save();
            if (!more) watch_.wait(stop_, look_every);
            stop_.wait(between_looks);
        }
        tell();
        return exit_code::fine;
    }

private:
    // False only when it is to stop: the place before them is stored, and they come again.
    void deliver(std::vector<std::string> events) { all_delivered_ = all_delivered_ && delivery_.deliver(events); }

    // Where it cannot be stored, more comes twice after a restart; that is no reason to stop.
    void save() {
        const auto saved = state_.save(*follower_.places());
        const auto trouble = saved ? std::string{} : saved.error().message;
        if (!saved && trouble != trouble_) errors_ << "ordertrace tail: " << trouble << std::endl;
        trouble_ = trouble;
    }

    void tell() const {
        errors_ << "ordertrace tail: read " << lines_.read() + follower_.left_out() << " lines, sent "
                << delivery_.sent() << " events, skipped " << lines_.skipped() + follower_.left_out()
                << " lines, refused " << delivery_.refused() << " events\n";
    }

    StopSignal stop_;
    LogWatch watch_;
    std::ostream& errors_;
    TailState state_;
    LogFollower follower_;
    LineEvents lines_;
    EventDelivery delivery_;
    bool all_delivered_ = true;
    std::string trouble_;  // with storing
};

}  // namespace

int tail_command(const TailOptions& options, std::ostream& errors) {
    const auto map = read_map_option(options.map, errors);
    if (!map) return exit_code::configuration;
    const auto log = std::filesystem::absolute(options.log).lexically_normal().string();
    TailState state{options.state.empty() ? log + ".ordertrace" : options.state, log};
    const auto places = state.claim().and_then([&] { return state.load(); });
    if (!places) {
        errors << "ordertrace tail: " << places.error().message << '\n';
        return exit_code::configuration;
    }
    auto door = EventDoor::open(options.agent);
    if (!door) {
        errors << "ordertrace tail: " << door.error().message << '\n';
        return exit_code::unavailable;
    }
    return Tail{
        {.log = log, .from_end = options.from == "end"}, *places, std::move(state), *map, std::move(*door), errors}
        .run();
}

}  // namespace ordertrace
