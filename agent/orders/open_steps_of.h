// The steps of an order that somebody began and nobody ended, and the verdicts `died_inside` and `running`.
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "orders/judging.h"
#include "orders/verdict.h"

namespace ordertrace {

// The texts point into the facts.
struct OpenStep {
    std::string_view system, name, instance;
    TimePoint start{};
    std::optional<TimePoint> overdue_at;  // where its `overdue` marker stands
    std::uint32_t attempt = 0, attempt_max = 0;
    std::vector<SpanId> grounds;
};

// Those with a `started` or `overdue` marker and no span of their own; steps the lifecycle ignores are left out.
// By start. Where the overdue marker is alone its time is taken for the start.
std::vector<OpenStep> open_steps_of(const Judging& judging);

// A step that was given up still counts as open while its retry is waited for: adds those of the latest attempts.
void add_given_up(const std::vector<const Fact*>& latest, std::vector<OpenStep>& open);

// Leaves those that began in the stay the order is in.
void keep_those_in_stay(Judging& judging, std::vector<OpenStep>& open);

bool judge_died_inside(Judging& judging, const std::vector<OpenStep>& open, Verdict& verdict);
bool judge_running(Judging& judging, const std::vector<OpenStep>& open, Verdict& verdict);

}  // namespace ordertrace
