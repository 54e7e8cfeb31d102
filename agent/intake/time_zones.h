// Time zones of local times: an IANA name or ±HH:MM. The system's zone data is loaded when the first name asks for it.
// Owned by an EventReader, intake thread. Bound: max_known names remembered, wrong ones too; the oldest goes.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace date {
class time_zone;
}

namespace ordertrace {

struct Zone {
    const date::time_zone* rules = nullptr;  // lives as long as the program
    Duration offset{};                       // where there are no rules
};

// Of a local time that comes twice the first; one that never comes is counted on from before the gap.
TimePoint to_utc(Duration local, const Zone& zone);

class TimeZones {
public:
    static constexpr std::size_t max_known = 8;
    std::optional<Zone> find(std::string_view name);

private:
    struct Entry {
        std::string name;
        std::optional<Zone> zone;
    };
    std::array<Entry, max_known> known_;
    std::size_t next_ = 0;
};

}  // namespace ordertrace
