// What the picture of an order shows, without how it is drawn: lanes by system with steps and statuses, the stays, the
// hand-offs, and what is missing. Pure; any thread. Points into the answer it was made of and must not outlive it.
// Bounds: Timeline::most_items things, the latest kept; most_lanes systems; most_rows rows of steps in a lane.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "board/order_register.h"
#include "board/time_scale.h"

namespace ordertrace {

enum class BarLook : std::uint8_t { done, failed, skipped, given_up, open, stuck, foreign };

// A step. `open` and `stuck` ones have no end: they reach to the picture's.
struct TimelineBar {
    BarLook look = BarLook::done;
    TimePoint from{}, to{};
    std::size_t row = 0;
    std::string name;
    const Fact* fact = nullptr;
};

struct TimelineDot {
    TimePoint at{};
    const Fact* fact = nullptr;  // a status or a note
};

struct TimelineLane {
    std::string system;
    std::vector<TimelineBar> bars;  // by begin
    std::vector<TimelineDot> dots;  // by time
    std::size_t rows = 0;
};

// An arrow between two lanes. Not received, or not seen to be sent: the missing end is drawn at the other's time.
struct TimelineArrow {
    std::size_t from = 0, to = 0;  // lanes
    const HandOff* hand_off = nullptr;
};

// What should be there and is not: from when it was due until now, in the lane of the system that is to act.
struct MissingPart {
    VerdictKind kind = VerdictKind::unknown;  // never blind: what that replaces
    const Verdict* verdict = nullptr;
    std::size_t lane = 0;
    TimePoint from{}, to{};
    // Of the hand-off verdicts: where the dashed arrow begins and ends.
    std::optional<std::size_t> arrow_from, arrow_to;
    TimePoint arrow_at{};
};

struct Timeline {
    static constexpr std::size_t most_items = 600;
    static constexpr std::size_t most_lanes = 30;
    static constexpr std::size_t most_rows = 6;

    TimePoint from{}, to{};  // `to` is now, or of a finished order its last fact
    bool ends_now = true;
    std::vector<const Stay*> stays;   // by time
    std::vector<TimelineLane> lanes;  // the lifecycle's systems in its order, then others by name
    std::vector<TimelineArrow> arrows;
    std::optional<MissingPart> missing;
    std::optional<TimePoint> deadline;  // of an order that is not stuck too, if the picture reaches so far
    std::size_t left_out = 0;
};

Timeline timeline_of(const OrderAnswer& answer, const Lifecycle& lifecycle);

}  // namespace ordertrace
