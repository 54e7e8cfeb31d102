#include "board/api_values.h"

#include <date/date.h>

#include <algorithm>

#include "base/text.h"
#include "ops/printable.h"

namespace ordertrace {
namespace {

bool is_known(const std::optional<TimePoint>& time) { return time && *time != TimePoint{}; }

}  // namespace

std::string valid_text(std::string_view text) { return is_valid_utf8(text) ? std::string{text} : inert_utf8(text); }

boost::json::value text_or_null(std::string_view text) {
    if (text.empty()) return nullptr;
    return boost::json::string{valid_text(text)};
}

boost::json::value time_value(std::optional<TimePoint> time) {
    if (!is_known(time)) return nullptr;
    return boost::json::string{date::format("%FT%TZ", std::chrono::floor<std::chrono::milliseconds>(*time))};
}

boost::json::value whole_seconds(std::optional<Duration> length) {
    if (!length) return nullptr;
    return std::int64_t{std::chrono::floor<std::chrono::seconds>(*length).count()};
}

boost::json::value age_value(std::optional<TimePoint> since, TimePoint now) {
    if (!is_known(since)) return nullptr;
    return whole_seconds(std::max(now - *since, Duration::zero()));
}

boost::json::value seconds_value(std::optional<Duration> length) {
    if (!length) return nullptr;
    if (*length >= std::chrono::seconds{10}) return whole_seconds(std::chrono::round<std::chrono::seconds>(*length));
    return static_cast<double>(std::chrono::round<std::chrono::milliseconds>(*length).count()) / 1000;
}

}  // namespace ordertrace
