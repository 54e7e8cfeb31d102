#include "settings/calendar_reader.h"

#include <date/tz.h>

#include <algorithm>
#include <exception>

#include "settings/names.h"
#include "settings/open_hours.h"
#include "settings/values.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_spans = 64;
constexpr std::size_t most_closed = 1000;
constexpr int most_weeks = 1000;  // a calendar looks 20 years ahead; a few weeks are left for closed days

struct OpenEntry {
    std::string text;
    std::vector<OpenHours> hours;
    friend bool operator==(const OpenEntry& a, const OpenEntry& b) { return a.hours == b.hours; }
};

bool overlap(const OpenHours& a, const OpenHours& b) {
    return a.weekday == b.weekday && a.from < b.to && b.from < a.to;
}

bool overlap(const OpenEntry& a, const OpenEntry& b) {
    return std::any_of(a.hours.begin(), a.hours.end(), [&](const OpenHours& one) {
        return std::any_of(b.hours.begin(), b.hours.end(), [&](const OpenHours& other) { return overlap(one, other); });
    });
}

// Asks for one conversion too: the rules of a zone are read when they are first needed, and may be unreadable.
Judged<const date::time_zone*> judge_zone(const std::string& text) {
    const auto name = named_time_zone(text);
    if (!name) return tl::unexpected(name.error());
    if (text == "UTC") return nullptr;
    try {
        const auto* rules = date::locate_zone(text);
        rules->get_info(date::local_seconds{});
        return rules;
    } catch (const std::exception&) {
        return complain("the rules of the time zone " + text + " cannot be read", "install tzdata");
    }
}

// False if something of it is wrong.
bool read_open(MapReader& map, std::vector<OpenHours>& open) {
    std::vector<OpenEntry> seen;
    std::vector<OpenEntry> entries;
    const auto judge = [&](const std::string& text) -> Judged<OpenEntry> {
        auto hours = judge_open_hours(text);
        if (!hours) return tl::unexpected(hours.error());
        OpenEntry entry{.text = text, .hours = std::move(*hours)};
        for (const auto& other : seen)  // what is the same is found by the list itself
            if (!(other == entry) && overlap(other, entry))
                return complain(quoted(text) + " overlaps " + quoted(other.text), "give each hour once");
        seen.push_back(entry);
        return entry;
    };
    if (!map.read_list("open", most_spans, entries, judge)) return !map.has("open");
    for (const auto& entry : entries) open.insert(open.end(), entry.hours.begin(), entry.hours.end());
    if (open.size() <= most_spans) return true;
    map.problem("open", std::to_string(open.size()) + " spans of hours in a week are too many",
                "at most " + std::to_string(most_spans));
    return false;
}

}  // namespace

CalendarReading read_calendar(MapReader& root) {
    CalendarReading reading;
    reading.good = !root.has("calendar");
    root.map("calendar", [&](MapReader& map) {
        const date::time_zone* zone = nullptr;
        std::vector<OpenHours> open;
        std::vector<std::chrono::year_month_day> closed;
        map.read("timezone", zone, judge_zone);
        reading.good = read_open(map, open);
        map.read_list("closed", most_closed, closed, judge_day);
        if (reading.good && open.empty() && !closed.empty())
            map.problem("closed", "no effect without open hours", "give open: [\"Mon-Fri 09:00-18:00\"]");
        for (const auto& hours : open) reading.open_a_week += hours.to - hours.from;
        std::sort(open.begin(), open.end());
        std::sort(closed.begin(), closed.end());
        reading.calendar = Calendar{zone, std::move(open), std::move(closed)};
    });
    return reading;
}

Judged<Limit> LimitJudge::operator()(const std::string& text) const {
    static const DurationRange range{std::chrono::seconds{1}, std::chrono::hours{24 * 3650}};
    const auto blank = text.find(' ');
    const Limit given{.length = {}, .business = blank != std::string::npos};
    if (given.business && text.substr(blank + 1) != "business")
        return complain(quoted(text) + " is no limit", "write 24h, or 24h business to count open hours only");
    const auto length = range(text.substr(0, blank));
    if (!length) return tl::unexpected(length.error());
    if (given.business && calendar.good && calendar.open_a_week == Duration{0})
        return complain("a business limit without open hours", "give calendar: {open: [\"Mon-Fri 09:00-18:00\"]}");
    const Duration most = calendar.open_a_week * most_weeks;
    if (given.business && calendar.good && *length > most)
        return complain(text + " is never over: the calendar is open " + to_text(calendar.open_a_week) + " a week",
                        "at most " + to_text(most) + " business");
    return Limit{.length = *length, .business = given.business};
}

std::string to_text(const Limit& limit) { return to_text(limit.length) + (limit.business ? " business" : ""); }

}  // namespace ordertrace
