// Attempts of steps that are over, and the verdict `failed`. Pure; any thread.
#pragma once

#include <vector>

#include "orders/judging.h"
#include "orders/open_steps_of.h"
#include "orders/verdict.h"

namespace ordertrace {

// Of each system's step the attempt that ended last, then the one with the highest `try`; steps the lifecycle ignores
// are left out. A step that was given up is an attempt that timed out, a superseded one is none.
std::vector<const Fact*> latest_attempts(const Judging& judging);

// Whether the step tried again after that attempt, and nobody ended it yet.
bool is_tried_again(const Fact& attempt, const std::vector<OpenStep>& open);

// Of several failures the one that was final first, so that later ones do not move the mark.
bool judge_failed(Judging& judging, const std::vector<const Fact*>& latest, const std::vector<OpenStep>& open,
                  Verdict& verdict);

}  // namespace ordertrace
