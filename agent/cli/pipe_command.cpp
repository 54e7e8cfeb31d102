#include "cli/pipe_command.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ostream>

#include "cli/event_delivery.h"
#include "cli/exit_code.h"
#include "cli/line_events.h"
#include "cli/line_splitter.h"
#include "cli/map_option.h"

namespace ordertrace {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds grace{5'000};  // after a signal
constexpr milliseconds silence{200};  // after a signal: so long nothing comes, then nobody writes any more
constexpr milliseconds linger{20};    // for more of a burst

class Pipe {
public:
    Pipe(const EventMap* map, EventDoor door, std::ostream& errors)
        : errors_{errors}, lines_{map}, delivery_{std::move(door), "ordertrace pipe", grace, stop_, errors} {}

    int run() {
        bool more = true;
        while (more && all_delivered_) {
            more = read_some();
            // Whoever still writes learns at once that nobody reads any more.
            if (!more) ::close(STDIN_FILENO);
            if (!more || lines_.full() || !waits(linger)) deliver();
        }
        tell();
        return all_delivered_ ? exit_code::fine : exit_code::unavailable;
    }

private:
    // False when the input has ended, or nothing comes any more after a stop signal.
    bool read_some() {
        if (!wait_for_input()) return false;
        std::array<char, 65'536> bytes;
        const auto count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
        const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
        const auto add = [&](std::string_view line) { lines_.add(line, now); };
        if (count > 0) {
            splitter_.push({bytes.data(), static_cast<std::size_t>(count)}, add);
            return true;
        }
        splitter_.finish(add);
        return false;
    }

    bool wait_for_input() {
        std::array<pollfd, 2> waiting{{{STDIN_FILENO, POLLIN, 0}, {stop_.fd(), POLLIN, 0}}};
        if (!stop_seen_) {
            ::poll(waiting.data(), 2, -1);
            stop_seen_ = waiting[1].revents != 0;
            until_ = Clock::now() + grace;
        }
        if (!stop_seen_) return true;
        return Clock::now() < until_ && waits(silence);
    }

    bool waits(milliseconds patience) const {
        pollfd waiting{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
        return ::poll(&waiting, 1, static_cast<int>(patience.count())) > 0;
    }

    void deliver() {
        auto events = lines_.take();
        all_delivered_ = delivery_.deliver(events);
        if (!all_delivered_)
            errors_ << "ordertrace pipe: " << events.size() << " events were not delivered: " << delivery_.trouble()
                    << '\n';
    }

    void tell() const {
        errors_ << "ordertrace pipe: read " << lines_.read() + splitter_.too_long() << " lines, sent "
                << delivery_.sent() << " events, skipped " << lines_.skipped() + splitter_.too_long()
                << " lines, refused " << delivery_.refused() << " events\n";
    }

    std::ostream& errors_;
    StopSignal stop_;
    LineSplitter splitter_;
    LineEvents lines_;
    EventDelivery delivery_;
    bool stop_seen_ = false;
    Clock::time_point until_;
    bool all_delivered_ = true;
};

}  // namespace

int pipe_command(const PipeOptions& options, std::ostream& errors) {
    std::optional<EventMap> map;
    if (!options.map.empty() && !(map = read_map_option(options.map, errors))) return exit_code::configuration;
    auto door = EventDoor::open(options.agent);
    if (!door) {
        errors << "ordertrace pipe: " << door.error().message << '\n';
        return exit_code::unavailable;
    }
    return Pipe{map ? &*map : nullptr, std::move(*door), errors}.run();
}

}  // namespace ordertrace
