#include "cli/pipe_command.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
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

void say_unreadable(std::ostream& errors) {
    errors << "ordertrace pipe: standard input: " << std::strerror(errno)
           << "; give it lines to read, as in PROGRAM | ordertrace pipe\n";
}

class Pipe {
public:
    Pipe(const EventMap* map, EventDoor door, std::ostream& errors)
        : errors_{errors},
          lines_{map, [this](std::vector<std::string> events) { deliver(std::move(events)); }},
          delivery_{std::move(door), "ordertrace pipe", grace, stop_, errors} {}

    int run() {
        bool more = true;
        while (more && undelivered_ == 0) {
            more = read_some();
            // Whoever still writes learns at once that nobody reads any more.
            if (!more) ::close(STDIN_FILENO);
            if (!more || !waits(linger)) lines_.flush();
        }
        lines_.flush();
        tell();
        if (undelivered_ > 0) return exit_code::unavailable;
        return unreadable_ ? exit_code::internal : exit_code::fine;
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
        // Half a line is one only where the input ends.
        if (count == 0) splitter_.finish(add);
        unreadable_ = count < 0;
        if (unreadable_) say_unreadable(errors_);
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

    // After the first that could not be delivered the time is over.
    void deliver(std::vector<std::string> events) {
        if (undelivered_ == 0) delivery_.deliver(events);
        undelivered_ += events.size();
    }

    void tell() const {
        if (undelivered_ > 0)
            errors_ << "ordertrace pipe: " << undelivered_ << " events were not delivered: " << delivery_.trouble()
                    << '\n';
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
    bool unreadable_ = false;
    std::size_t undelivered_ = 0;
};

}  // namespace

int pipe_command(const PipeOptions& options, std::ostream& errors) {
    // Closed, its number would be given to the next thing that is opened.
    if (::fcntl(STDIN_FILENO, F_GETFD) < 0) {
        say_unreadable(errors);
        return exit_code::internal;
    }
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
