#include "orders/calendar.h"

#include <date/tz.h>

#include <algorithm>

namespace ordertrace {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::weekday;

constexpr Duration search = std::chrono::years{20};

TimePoint later(TimePoint time, Duration length) {
    return time > TimePoint::max() - length ? TimePoint::max() : time + length;
}

// Sorted, and what overlaps or touches made one.
std::vector<OpenHours> joined(std::vector<OpenHours> hours) {
    std::sort(hours.begin(), hours.end());
    std::vector<OpenHours> result;
    for (const auto& next : hours) {
        if (!result.empty() && result.back().weekday == next.weekday && next.from <= result.back().to)
            result.back().to = std::max(result.back().to, next.to);
        else
            result.push_back(next);
    }
    return result;
}

std::vector<OpenHours> every_day() {
    std::vector<OpenHours> hours;
    for (unsigned day = 0; day < 7; ++day) hours.push_back({day, minutes{0}, std::chrono::hours{24}});
    return hours;
}

}  // namespace

Calendar::Calendar(const date::time_zone* zone, std::vector<OpenHours> open,
                   std::vector<std::chrono::year_month_day> closed)
    : zone_(zone), open_(joined(std::move(open))), closed_(std::move(closed)) {
    if (open_.empty() && !closed_.empty()) open_ = every_day();
    std::sort(closed_.begin(), closed_.end());
}

Calendar::Piece Calendar::piece_at(TimePoint time) const {
    if (zone_ == nullptr) return {};
    const auto info = zone_->get_info(time);
    const bool ends = info.end < floor<std::chrono::seconds>(TimePoint::max());
    return {info.offset, ends ? TimePoint{info.end} : TimePoint::max()};
}

bool Calendar::is_closed(sys_days day) const {
    return std::binary_search(closed_.begin(), closed_.end(), std::chrono::year_month_day{day});
}

template <class Take>
void Calendar::each_interval(TimePoint from, Take take) const {
    const auto horizon = later(from, search);
    for (auto at = from; at < horizon;) {
        const auto piece = piece_at(at);
        const auto end = std::min(piece.end, horizon);
        // Days of the local clock, written as if they were UTC.
        for (auto day = floor<days>(at + piece.offset); day - piece.offset < end; day += days{1}) {
            if (is_closed(day)) continue;
            const auto today = weekday{day}.c_encoding();
            for (const auto& hours : open_) {
                if (hours.weekday != today) continue;
                const Interval open{std::max(at, day + hours.from - piece.offset),
                                    std::min(end, day + hours.to - piece.offset)};
                if (open.from < open.to && !take(open)) return;
            }
        }
        at = end;
    }
}

TimePoint Calendar::after(TimePoint from, Duration length) const {
    if (length <= Duration{0}) return from;
    if (always_open()) return later(from, length);
    auto left = length;
    auto result = TimePoint::max();
    each_interval(from, [&](const Interval& open) {
        if (left <= open.to - open.from) {
            result = open.from + left;
            return false;
        }
        left -= open.to - open.from;
        return true;
    });
    return result;
}

Duration Calendar::open_between(TimePoint from, TimePoint to) const {
    if (to <= from) return Duration{0};
    if (always_open()) return to - from;
    Duration sum{0};
    each_interval(from, [&](const Interval& open) {
        if (open.from >= to) return false;
        sum += std::min(open.to, to) - open.from;
        return true;
    });
    return sum;
}

}  // namespace ordertrace
