#include "cli/log_follower.h"

#include <sys/stat.h>

#include <algorithm>
#include <ostream>

#include "cli/rotated_logs.h"

namespace ordertrace {
namespace {

constexpr std::size_t first_chunk = 512U << 10U;
constexpr std::size_t longest_line = 4U << 20U;

}  // namespace

LogFollower::LogFollower(Options options, std::optional<LogPlace> place, std::ostream& errors)
    : options_{std::move(options)}, errors_{errors}, resume_{place} {}

bool LogFollower::read(const Sink& sink, Clock::time_point now) {
    if (!log_ && !open()) return false;
    if (!holds(*log_, *place_)) finish_copy();
    if (read_lines(sink)) {
        quiet_since_.reset();
        return true;
    }
    return rotated() && go_on(now);
}

bool LogFollower::open() {
    if (resume_) {
        resume();
        if (log_) return true;
    }
    auto log = open_log(options_.log);
    if (!log) {
        options_.from_end = false;  // what comes now comes after the start
        say(options_.log + ": " + log.error().message + "; waiting for it");
        return false;
    }
    const auto offset = options_.from_end ? end_of_last_line(*log) : 0;
    return begin_at(std::move(*log), offset);
}

bool LogFollower::begin_at(OpenLog log, std::uint64_t offset) {
    auto ends = ends_at(log, offset);
    if (!ends) return false;  // cut this very moment
    log_ = std::move(log);
    ends_ = std::move(*ends);
    place_ = LogPlace{log_->inode, offset, ends_.hash()};
    leaving_out_ = false;
    quiet_since_.reset();
    options_.from_end = false;  // what comes after it is read from its start
    said_.clear();
    return true;
}

// Where the last run ended: in the log itself, or in what it was rotated into.
void LogFollower::resume() {
    if (auto log = open_log(options_.log); log && log->inode == resume_->inode && holds(*log, *resume_)) {
        begin_at(std::move(*log), resume_->offset);
    } else if (auto rotated = rotated_log_with(options_.log, *resume_)) {
        begin_at(std::move(*rotated), resume_->offset);
    } else {
        options_.from_end = false;
        say(options_.log +
            ": what was read last is gone, lines may be missing; keep rotated files uncompressed for a "
            "while (delaycompress); going on with what is there");
    }
    resume_.reset();
}

// The file was cut and perhaps filled again. What was in it lies in the copy.
void LogFollower::finish_copy() {
    if (auto copy = rotated_log_with(options_.log, *place_)) {
        begin_at(std::move(*copy), place_->offset);
        return;
    }
    say(log_->path + ": it was cut, and there is no copy of what was in it; lines may be missing");
    begin_at(std::move(*log_), 0);
}

bool LogFollower::rotated() const {
    struct stat status{};
    if (::stat(options_.log.c_str(), &status) != 0) return false;
    return status.st_ino != log_->inode || status.st_dev != log_->device;
}

bool LogFollower::go_on(Clock::time_point now) {
    if (!quiet_since_) quiet_since_ = now;
    if (now - *quiet_since_ < options_.late) return false;
    auto next = log_after(options_.log, *log_);
    if (!next) return false;
    struct stat status{};
    if (::fstat(log_->fd.get(), &status) == 0 && static_cast<std::uint64_t>(status.st_size) > place_->offset) {
        ++left_out_;
        say(log_->path + ": its last line has no end and is left out");
    }
    return begin_at(std::move(*next), 0);
}

// False at the end of what is there.
bool LogFollower::read_lines(const Sink& sink) {
    for (auto size = first_chunk;; size = longest_line) {
        std::string bytes(size, '\0');
        const auto got = ::pread(log_->fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(place_->offset));
        if (got <= 0) return false;
        bytes.resize(static_cast<std::size_t>(got));
        auto rest = std::string_view{bytes};
        if (leaving_out_) return leave_out(rest);
        const auto end = rest.rfind('\n');
        if (end == std::string_view::npos) {
            if (bytes.size() < size) return false;  // half a line
            if (size < longest_line) continue;
            ++left_out_;
            return leave_out(rest);
        }
        for (rest = rest.substr(0, end + 1); !rest.empty(); rest.remove_prefix(rest.find('\n') + 1))
            sink(rest.substr(0, rest.find('\n')));
        advance({bytes.data(), end + 1});
        return true;
    }
}

bool LogFollower::leave_out(std::string_view bytes) {
    const auto end = bytes.find('\n');
    leaving_out_ = end == std::string_view::npos;
    advance(bytes.substr(0, leaving_out_ ? bytes.size() : end + 1));
    return true;
}

// By what was read and not by what the file holds now: it may have been cut meanwhile.
void LogFollower::advance(std::string_view bytes) {
    ends_.add(bytes);
    place_ = LogPlace{log_->inode, place_->offset + bytes.size(), ends_.hash()};
}

void LogFollower::say(const std::string& text) {
    if (text != said_) errors_ << "ordertrace tail: " << text << std::endl;
    said_ = text;
}

}  // namespace ordertrace
