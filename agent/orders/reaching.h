// Which systems have come to see the stage an order is in, and the verdicts on the way there: `not_sent`, `in_transit`,
// `received_not_applied`, and `finished` when all have. Pure; any thread.
#pragma once

#include <vector>

#include "orders/judging.h"
#include "orders/verdict.h"

namespace ordertrace {

struct Reaching {
    std::vector<const Reach*> missing;  // in the file's order
    std::vector<SpanId> seen_by;        // the reports of the others
};

// Nothing of both without a stage.
Reaching reaching_of(const Judging& judging);

bool judge_hand_offs(Judging& judging, const Reaching& reaching, Verdict& verdict);
bool judge_finished(const Judging& judging, const Reaching& reaching, Verdict& verdict);

}  // namespace ordertrace
