// A meaning as text for people, and as JSON for programs. Pure. Text from the line is inert in both.
#pragma once

#include <string>

#include "cli/meaning.h"

namespace ordertrace {

// Some lines, LF at the end of each.
std::string meaning_text(const Meaning& meaning);

// One object in one line, LF at its end: {"event": {…}} or {"reject": {…}}.
std::string meaning_json(const Meaning& meaning);

}  // namespace ordertrace
