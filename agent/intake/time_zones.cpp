#include "intake/time_zones.h"

#include <date/tz.h>

#include <stdexcept>

#include "intake/event_time.h"

namespace ordertrace {
namespace {

constexpr std::size_t longest_name = 64;

// Asks for one conversion too: the rules of a zone are read when they are first needed, and may be unreadable.
std::optional<Zone> look_up(const std::string& name) {
    try {
        const auto* rules = date::locate_zone(name);
        rules->get_info(date::local_seconds{});
        return Zone{rules, {}};
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

}  // namespace

TimePoint to_utc(Duration local, const Zone& zone) {
    if (zone.rules == nullptr) return TimePoint{local - zone.offset};
    const date::local_time<Duration> clock{local};
    const auto info = zone.rules->get_info(clock);
    return TimePoint{local - info.first.offset};
}

std::optional<Zone> TimeZones::find(std::string_view name) {
    if (name == "UTC" || name == "Z") return Zone{};
    if (const auto offset = parse_offset(name)) return Zone{nullptr, *offset};
    if (name.empty() || name.size() > longest_name) return std::nullopt;
    for (const auto& entry : known_)
        if (entry.name == name) return entry.zone;
    auto& entry = known_[next_];
    next_ = (next_ + 1) % max_known;
    entry.name = name;
    entry.zone = look_up(entry.name);
    return entry.zone;
}

}  // namespace ordertrace
