// The agent's log: one line a message on stderr. The only place where spdlog is used.
// Called by the delivery thread, and by the main thread before and after both threads run; never by intake.
// Bounds: a line is written at once by one write, nothing is queued.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "settings/agent_settings.h"

namespace ordertrace {

// Before the first call the log is text at level info. Under systemd (stderr is the journal) lines carry the
// priority as `<N>` and no time of their own.
void start_logging(const LogSettings& settings);
void set_log_level(LogSettings::Level level);

void log_line(LogSettings::Level level, std::string_view message);
inline void log_debug(std::string_view message) { log_line(LogSettings::Level::debug, message); }
inline void log_info(std::string_view message) { log_line(LogSettings::Level::info, message); }
inline void log_warning(std::string_view message) { log_line(LogSettings::Level::warning, message); }
inline void log_error(std::string_view message) { log_line(LogSettings::Level::error, message); }

// What a message looks like as a line, LF included. Control characters of the message are made visible, so that no
// message can forge a second line. Pure.
struct LogStyle {
    LogSettings::Format format = LogSettings::Format::text;
    bool journal = false;  // read by systemd's journal
};
std::string to_log_line(LogStyle style, LogSettings::Level level, TimePoint now, std::string_view message);

// JOURNAL_STREAM is `device:inode` of the stream that systemd connected to its journal. Is it `fd`?
bool is_journal_stream(std::string_view journal_stream, int fd);

}  // namespace ordertrace
