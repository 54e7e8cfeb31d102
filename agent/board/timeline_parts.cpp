#include "board/timeline_parts.h"

#include <algorithm>

namespace ordertrace {
namespace {

bool is_ground(const Fact& fact, const Verdict& verdict) {
    return std::find(verdict.grounds.begin(), verdict.grounds.end(), fact.id) != verdict.grounds.end();
}

// The message that the verdict waits for, if it was sent or received at all: the latest that lacks an end.
const HandOff* unfinished(const OrderAnswer& answer, bool received) {
    const auto& verdict = answer.verdict;
    const auto found = std::find_if(answer.hand_offs.rbegin(), answer.hand_offs.rend(), [&](const HandOff& one) {
        return one.from == verdict.from && one.to == verdict.to && one.received.has_value() == received;
    });
    return found == answer.hand_offs.rend() ? nullptr : &*found;
}

TimePoint arrow_begin(const OrderAnswer& answer, VerdictKind kind) {
    const auto* message =
        kind == VerdictKind::not_sent ? nullptr : unfinished(answer, kind == VerdictKind::received_not_applied);
    if (message == nullptr) return answer.verdict.stage_since;
    return message->received ? *message->received : *message->sent;
}

bool has_missing_part(VerdictKind kind, const Verdict& verdict) {
    switch (kind) {
        case VerdictKind::not_sent:
        case VerdictKind::in_transit:
        case VerdictKind::received_not_applied:
        case VerdictKind::late: return true;
        case VerdictKind::failed: return verdict.attempt < verdict.attempt_max;
        default: return false;
    }
}

}  // namespace

bool is_marker(const Fact& fact) {
    return (fact.record == FactRecord::started || fact.record == FactRecord::overdue) && fact.parent.value != 0;
}

bool is_bar(const Fact& fact) {
    return fact.record == FactRecord::step || fact.record == FactRecord::abandoned || fact.record == FactRecord::other;
}

bool is_dot(const Fact& fact) { return fact.record == FactRecord::status || fact.record == FactRecord::note; }

bool is_about_the_order(const Fact& fact) {
    return fact.record == FactRecord::mark || fact.record == FactRecord::title;
}

std::string step_name(const Fact& fact) {
    const std::string_view suffix = fact.record == FactRecord::started   ? " (started)"
                                    : fact.record == FactRecord::overdue ? " (overdue)"
                                                                         : "";
    const std::string_view name = fact.name;
    return std::string{name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : name};
}

BarLook look_of(const Fact& fact, const Verdict& verdict) {
    if (is_marker(fact)) return verdict.stuck() && is_ground(fact, verdict) ? BarLook::stuck : BarLook::open;
    if (fact.record == FactRecord::abandoned) return fact.given_up ? BarLook::failed : BarLook::given_up;
    if (fact.record == FactRecord::other) return BarLook::foreign;
    switch (fact.result) {
        case FactResult::fail:
        case FactResult::timeout: return BarLook::failed;
        case FactResult::skip:
        case FactResult::cancel: return BarLook::skipped;
        default: return BarLook::done;
    }
}

std::optional<std::size_t> lane_of(const Timeline& timeline, std::string_view system) {
    const auto found = std::find_if(timeline.lanes.begin(), timeline.lanes.end(),
                                    [system](const TimelineLane& lane) { return lane.system == system; });
    if (found == timeline.lanes.end()) return std::nullopt;
    return static_cast<std::size_t>(found - timeline.lanes.begin());
}

std::optional<MissingPart> missing_part(const OrderAnswer& answer, const Timeline& timeline) {
    const auto& verdict = answer.verdict;
    const auto kind = verdict.kind == VerdictKind::blind ? verdict.blinded : verdict.kind;
    if (!verdict.stuck() || !has_missing_part(kind, verdict)) return std::nullopt;
    const auto lane = lane_of(timeline, verdict.to_act);
    if (!lane) return std::nullopt;
    MissingPart part{kind, &verdict, *lane, verdict.deadline.value_or(verdict.since), timeline.to, {}, {}, {}};
    part.from = std::min(part.from, part.to);
    if (verdict.from.empty()) return part;
    part.arrow_at = arrow_begin(answer, kind);
    part.arrow_from = lane_of(timeline, kind == VerdictKind::received_not_applied ? verdict.to : verdict.from);
    part.arrow_to = lane_of(timeline, verdict.to);
    return part;
}

}  // namespace ordertrace
