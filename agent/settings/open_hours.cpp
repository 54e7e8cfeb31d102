#include "settings/open_hours.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace ordertrace {
namespace {

constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

// All of it digits; nothing else, no sign.
std::optional<unsigned> number(std::string_view text) {
    unsigned value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return text.empty() ? std::nullopt : std::optional{value};
}

Judged<unsigned> judge_weekday(std::string_view text) {
    const auto* const known = std::find(weekdays.begin(), weekdays.end(), text);
    if (known != weekdays.end()) return static_cast<unsigned>(known - weekdays.begin());
    auto hint = nearest_name_hint(text, {weekdays.begin(), weekdays.end()});
    if (hint.empty()) hint = "write Mon, Tue, Wed, Thu, Fri, Sat or Sun";
    return complain(quoted(text) + " is no weekday", std::move(hint));
}

// 09:00, to 24:00.
std::optional<std::chrono::minutes> parse_clock(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hours = number(text.substr(0, 2));
    const auto minutes = number(text.substr(3));
    if (!hours || !minutes || *minutes > 59 || *hours * 60 + *minutes > 24 * 60) return std::nullopt;
    return std::chrono::minutes{*hours * 60 + *minutes};
}

Judged<std::chrono::minutes> judge_clock(std::string_view text) {
    if (const auto time = parse_clock(text)) return *time;
    return complain(quoted(text) + " is no time of a day", "write 00:00 to 24:00");
}

}  // namespace

Judged<std::vector<OpenHours>> judge_open_hours(const std::string& text) {
    const std::string_view whole{text};
    const auto blank = std::min(whole.find(' '), whole.size());
    const auto days = whole.substr(0, blank);
    const auto hours = whole.substr(std::min(blank + 1, whole.size()));
    const auto dash = hours.find('-');
    if (days.empty() || dash == std::string_view::npos)
        return complain(quoted(text) + " are no open hours", "write Mon-Fri 09:00-18:00");
    const auto day_dash = days.find('-');
    const auto first = judge_weekday(days.substr(0, day_dash));
    if (!first) return tl::unexpected(first.error());
    const auto last = day_dash == std::string_view::npos ? first : judge_weekday(days.substr(day_dash + 1));
    if (!last) return tl::unexpected(last.error());
    const auto from = judge_clock(hours.substr(0, dash));
    if (!from) return tl::unexpected(from.error());
    const auto to = judge_clock(hours.substr(dash + 1));
    if (!to) return tl::unexpected(to.error());
    if (*to <= *from)
        return complain("the hours " + std::string{hours} + " end before they begin",
                        "hours over midnight are two entries: Fri 22:00-24:00 and Sat 00:00-06:00");
    std::vector<OpenHours> open;
    for (unsigned day = *first;; day = (day + 1) % 7) {
        open.push_back({.weekday = day, .from = *from, .to = *to});
        if (day == *last) return open;
    }
}

Judged<std::chrono::year_month_day> judge_day(const std::string& text) {
    const std::string_view whole{text};
    const bool shaped = whole.size() == 10 && whole[4] == '-' && whole[7] == '-';
    const auto year = shaped ? number(whole.substr(0, 4)) : std::nullopt;
    const auto month = shaped ? number(whole.substr(5, 2)) : std::nullopt;
    const auto day = shaped ? number(whole.substr(8)) : std::nullopt;
    if (year && month && day) {
        const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{*month},
                                               std::chrono::day{*day}};
        if (date.ok()) return date;
    }
    return complain(quoted(text) + " is no date", "write a day of the calendar as 2026-12-31");
}

}  // namespace ordertrace
