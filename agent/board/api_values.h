// How the API spells values: times, lengths, texts that may say nothing. Pure; any thread. Only api_*.cpp include it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/time.h"

namespace ordertrace {

// Valid UTF-8 whatever the store gave; null if empty.
boost::json::value text_or_null(std::string_view text);
std::string valid_text(std::string_view text);

// 2026-11-22T10:00:00.843Z; null for the epoch, which stands for "never".
boost::json::value time_value(std::optional<TimePoint> time);

// Whole seconds, never below 0; null for "never".
boost::json::value age_value(std::optional<TimePoint> since, TimePoint now);
boost::json::value whole_seconds(std::optional<Duration> length);

// Of a statistic: milliseconds matter below ten seconds, above them nobody reads them.
boost::json::value seconds_value(std::optional<Duration> length);

}  // namespace ordertrace
