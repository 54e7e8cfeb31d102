#include "cli/log_follower.h"

#include <sys/stat.h>

#include <ostream>

#include "cli/rotated_logs.h"

namespace ordertrace {
namespace {

bool deleted(const OpenLog& file) {
    struct stat status{};
    return ::fstat(file.fd.get(), &status) != 0 || status.st_nlink == 0;
}

}  // namespace

LogFollower::LogFollower(Options options, std::optional<LogPlaces> places, std::ostream& errors)
    : options_{std::move(options)}, errors_{errors}, resume_{places} {}

std::optional<LogPlaces> LogFollower::places() const {
    if (!log_) return std::nullopt;
    LogPlaces places{.log = log_->place()};
    if (before_) places.before = before_->reader.place();
    return places;
}

bool LogFollower::read(const Sink& sink, Clock::time_point now) {
    if (!log_ && !open(now)) return false;
    if (!log_->holds_place()) finish_copy();
    const bool late = read_before(sink, now);
    if (log_->read(sink, left_out_)) {
        quiet_since_.reset();
        return true;
    }
    if (late && before_->reader.unread() > LogReader::most_at_once) return true;
    return (rotated() && go_on(sink, now)) || late;
}

bool LogFollower::open(Clock::time_point now) {
    if (resume_) {
        resume(now);
        if (log_) return true;
    }
    auto log = open_log(options_.log);
    if (!log) {
        options_.from_end = false;  // what comes now comes after the start
        say(options_.log + ": " + log.error().message + "; waiting for it");
        return false;
    }
    const auto offset = options_.from_end ? end_of_last_line(*log) : 0;
    begin(LogReader::at(std::move(*log), offset));
    return log_.has_value();
}

void LogFollower::begin(std::optional<LogReader> reader) {
    if (!reader) return;
    log_ = std::move(reader);
    quiet_since_.reset();
    options_.from_end = false;  // what comes after it is read from its start
    said_.clear();
}

// Where the last run ended: in the log itself, or in what it was rotated into.
void LogFollower::resume(Clock::time_point now) {
    const auto& place = resume_->log;
    if (auto log = open_log(options_.log); log && log->inode == place.inode && holds(*log, place)) {
        begin(LogReader::at(std::move(*log), place.offset));
    } else if (auto rotated = rotated_log_with(options_.log, place)) {
        begin(LogReader::at(std::move(*rotated), place.offset));
    } else {
        options_.from_end = false;
        say_it_is_gone();
    }
    if (resume_->before)
        if (auto rotated = rotated_log_with(options_.log, *resume_->before))
            if (auto reader = LogReader::at(std::move(*rotated), resume_->before->offset))
                before_ = Before{std::move(*reader), now};
    resume_.reset();
}

// The file was cut and perhaps filled again. What was in it lies in the copy.
void LogFollower::finish_copy() {
    if (auto copy = rotated_log_with(options_.log, log_->place())) {
        begin(LogReader::at(std::move(*copy), log_->place().offset));
        return;
    }
    say(log_->file().path + ": it was cut, and there is no copy of what was in it; lines may be missing");
    log_->begin_anew();
}

bool LogFollower::rotated() const {
    struct stat status{};
    if (::stat(options_.log.c_str(), &status) != 0) return false;
    return status.st_ino != log_->file().inode || status.st_dev != log_->file().device;
}

bool LogFollower::go_on(const Sink& sink, Clock::time_point now) {
    if (!quiet_since_) quiet_since_ = now;
    if (now - *quiet_since_ < options_.late) return false;
    auto next = log_after(options_.log, log_->file());
    if (!next) return false;
    // Others were rotated after it, and perhaps went with it.
    if (next->path != options_.log && !rotated_log_with(options_.log, log_->place())) say_it_is_gone();
    // An empty one is nobody's: who writes late writes into the one before it.
    if (log_->place().offset > 0 || log_->unread() > 0) {
        leave_before(sink);
        before_ = Before{std::move(*log_), now};
    }
    begin(LogReader::at(std::move(*next), 0));
    return true;
}

bool LogFollower::read_before(const Sink& sink, Clock::time_point now) {
    if (!before_) return false;
    if (before_->reader.read(sink, left_out_)) {
        before_->last = now;
        return true;
    }
    if (now - before_->last >= options_.keep_deleted && deleted(before_->reader.file())) leave_before(sink);
    return false;
}

void LogFollower::leave_before(const Sink& sink) {
    if (!before_) return;
    auto& reader = before_->reader;
    static_cast<void>(reader.read(sink, left_out_));
    if (reader.unread() > 0) {
        ++left_out_;
        say(reader.file().path + ": its last line has no end and is left out");
    }
    before_.reset();
}

void LogFollower::say_it_is_gone() {
    say(options_.log +
        ": what was read last is gone, lines may be missing; keep rotated files uncompressed for a while "
        "(delaycompress); going on with what is there");
}

void LogFollower::say(const std::string& text) {
    if (text != said_) errors_ << "ordertrace tail: " << text << std::endl;
    said_ = text;
}

}  // namespace ordertrace
