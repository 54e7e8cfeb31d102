#include "export/delivery_log.h"

namespace ordertrace {
namespace {

using Level = LogSettings::Level;
constexpr Duration reminder = std::chrono::minutes{1};

std::string requests(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " failed request" : " failed requests");
}

}  // namespace

void DeliveryLog::failed(std::string_view reason, std::string line) {
    ++failed_requests_;
    last_reason_ = reason;
    last_error_ = std::move(line);
}

void DeliveryLog::all_failed(TimePoint now) {
    if (!down_) {
        down_ = true;
        since_ = said_ = now;
        reasons_said_.clear();
        reasons_said_.insert(last_reason_);
        say(Level::warning, "is down: " + last_error_ + "; spans wait in the journal");
        return;
    }
    const bool is_new = reasons_said_.insert(last_reason_).second;
    if (!is_new && now - said_ < reminder) return;
    said_ = now;
    say(Level::warning,
        "is down for " + spoken(now - since_) + " (" + requests(failed_requests_) + "): " + last_error_);
}

void DeliveryLog::gave_up_url(std::size_t index, std::string_view next_url) {
    if (!given_up_.insert(index).second) return;
    say(Level::warning, last_error_ + "; going on with " + std::string{next_url});
}

void DeliveryLog::accepted(std::size_t index, std::string_view url, TimePoint now) {
    last_error_.clear();
    if (down_) {
        say(Level::info, "is up again after " + spoken(now - since_) + " (" + requests(failed_requests_) + ")");
        given_up_.erase(index);
    }
    if (given_up_.erase(index) > 0) say(Level::info, std::string{url} + " answers again");
    down_ = false;
    failed_requests_ = 0;
}

void DeliveryLog::say(Level level, std::string_view line) const {
    log_(level, "destination " + destination_ + ": " + std::string{line});
}

std::string spoken(Duration time) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
    const auto pair = [](std::int64_t big, const char* big_unit, std::int64_t small, const char* small_unit) {
        auto text = std::to_string(big) + big_unit;
        if (small > 0) text += " " + std::to_string(small) + small_unit;
        return text;
    };
    if (seconds < 60) return std::to_string(seconds) + " s";
    if (seconds < 3600) return pair(seconds / 60, " min", seconds % 60, " s");
    return pair(seconds / 3600, " h", seconds / 60 % 60, " min");
}

}  // namespace ordertrace
