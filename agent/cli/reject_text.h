// A rejected line as a person wants to see it: why, and a caret under the place. Pure.
#pragma once

#include <string>

#include "cli/meaning.h"
#include "intake/reject_explanation.h"

namespace ordertrace {

// The sentence, the line around the place, a caret under it: three lines with LF. Nothing of the line can move the
// cursor; long lines are shown by at most 120 characters.
std::string reject_text(const RejectMeaning& reject);

}  // namespace ordertrace
