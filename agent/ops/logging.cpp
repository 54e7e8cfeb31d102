#include "ops/logging.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <cstdlib>
#include <memory>

// Both are header-only here: their shared libraries would cost start time and memory.
#ifndef FMT_HEADER_ONLY
#define FMT_HEADER_ONLY
#endif
#include <date/date.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "ops/printable.h"

namespace ordertrace {
namespace {

using Level = LogSettings::Level;

std::string_view name_of(Level level) {
    switch (level) {
        case Level::debug: return "debug";
        case Level::info: return "info";
        case Level::warning: return "warning";
        case Level::error: return "error";
    }
    return "error";
}

// sd-daemon(3): the priorities of syslog.
std::string_view journal_priority(Level level) {
    switch (level) {
        case Level::debug: return "<7>";
        case Level::info: return "<6>";
        case Level::warning: return "<4>";
        case Level::error: return "<3>";
    }
    return "<3>";
}

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warning: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

Level from_spdlog(spdlog::level::level_enum level) {
    if (level <= spdlog::level::debug) return Level::debug;
    if (level == spdlog::level::info) return Level::info;
    return level == spdlog::level::warn ? Level::warning : Level::error;
}

std::string time_text(TimePoint time) { return date::format("%FT%TZ", date::floor<std::chrono::milliseconds>(time)); }

class LineFormatter : public spdlog::formatter {
public:
    explicit LineFormatter(LogStyle style) : style_{style} {}
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
        const auto now = std::chrono::time_point_cast<Duration>(message.time);
        const auto line =
            to_log_line(style_, from_spdlog(message.level), now, {message.payload.data(), message.payload.size()});
        out.append(line.data(), line.data() + line.size());
    }
    std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<LineFormatter>(style_); }

private:
    LogStyle style_;
};

spdlog::logger& logger() {
    static spdlog::logger instance = [] {
        spdlog::logger made{"", std::make_shared<spdlog::sinks::stderr_sink_st>()};
        made.set_formatter(std::make_unique<LineFormatter>(LogStyle{}));
        return made;
    }();
    return instance;
}

}  // namespace

std::string to_log_line(LogStyle style, Level level, TimePoint now, std::string_view message) {
    std::string line;
    if (style.journal) line += journal_priority(level);
    if (style.format == LogSettings::Format::json) {
        line += "{\"time\":\"" + time_text(now) + "\",\"level\":\"";
        line += name_of(level);
        line += "\",\"message\":" + boost::json::serialize(boost::json::string{inert_utf8(message)}) + "}\n";
        return line;
    }
    if (!style.journal) {
        line += time_text(now) + ' ';
        line += name_of(level);
        line += ' ';
    }
    return line + printable(message) + '\n';
}

bool is_journal_stream(std::string_view journal_stream, int fd) {
    struct stat status{};
    if (journal_stream.empty() || ::fstat(fd, &status) != 0) return false;
    return journal_stream == std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino);
}

void start_logging(const LogSettings& settings) {
    const char* stream = std::getenv("JOURNAL_STREAM");
    const bool journal = stream != nullptr && is_journal_stream(stream, STDERR_FILENO);
    logger().set_formatter(std::make_unique<LineFormatter>(LogStyle{settings.format, journal}));
    set_log_level(settings.level);
}

void set_log_level(Level level) { logger().set_level(to_spdlog(level)); }

void log_line(Level level, std::string_view message) {
    logger().log(to_spdlog(level), spdlog::string_view_t{message.data(), message.size()});
}

}  // namespace ordertrace
