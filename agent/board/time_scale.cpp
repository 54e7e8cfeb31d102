#include "board/time_scale.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace ordertrace {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// What people count time in; beyond the last one its multiples.
constexpr std::array<Duration, 20> divisions{std::chrono::milliseconds{100},
                                             seconds{1},
                                             seconds{5},
                                             seconds{15},
                                             minutes{1},
                                             minutes{5},
                                             minutes{15},
                                             minutes{30},
                                             hours{1},
                                             hours{3},
                                             hours{6},
                                             hours{12},
                                             days{1},
                                             days{2},
                                             days{7},
                                             days{14},
                                             days{28},
                                             days{91},
                                             days{182},
                                             days{364}};

TimePoint first_tick(TimePoint from, Duration division) {
    const auto since_epoch = from.time_since_epoch();
    auto whole = since_epoch / division;
    if (whole * division < since_epoch) ++whole;
    return TimePoint{whole * division};
}

std::vector<TimePoint> ticks_every(const TimeScale& scale, Duration division, std::size_t most) {
    std::vector<TimePoint> found;
    for (auto at = first_tick(scale.from(), division); at <= scale.to() && found.size() <= most; at += division)
        found.push_back(at);
    return found;
}

}  // namespace

TimeScale::TimeScale(TimePoint from, TimePoint to) : from_{from}, to_{to > from ? to : from + seconds{1}} {}

TimeScale TimeScale::with_margin(TimePoint from, TimePoint to) {
    const TimeScale inner{from, to};
    const auto margin = (inner.to() - inner.from()) / 48;
    return {inner.from() - margin, inner.to() + margin};
}

double TimeScale::percent(TimePoint time) const {
    const auto inside = std::clamp(time, from_, to_);
    return 100.0 * static_cast<double>((inside - from_).count()) / static_cast<double>((to_ - from_).count());
}

std::string percent_text(double percent) {
    std::array<char, 64> digits{};
    std::snprintf(digits.data(), digits.size(), "%.5f", percent);
    std::string text{digits.data()};
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text + '%';
}

std::vector<TimePoint> ticks(const TimeScale& scale, std::size_t most) {
    for (const auto division : divisions) {
        auto found = ticks_every(scale, division, most);
        if (found.size() <= most) return found;
    }
    auto division = divisions.back();
    while ((scale.to() - scale.from()) / division >= static_cast<Duration::rep>(most)) division *= 2;
    return ticks_every(scale, division, most);
}

std::vector<std::size_t> rows_of(const std::vector<Stretch>& stretches, std::size_t most) {
    std::vector<TimePoint> free_from;
    std::vector<std::size_t> rows;
    for (const auto& stretch : stretches) {
        auto row = std::find_if(free_from.begin(), free_from.end(),
                                [&stretch](TimePoint free) { return free <= stretch.from; });
        if (row == free_from.end()) {
            if (free_from.size() < most) free_from.push_back(stretch.to);
            row = free_from.end() - 1;
        }
        *row = std::max(*row, stretch.to);
        rows.push_back(static_cast<std::size_t>(row - free_from.begin()));
    }
    return rows;
}

}  // namespace ordertrace
