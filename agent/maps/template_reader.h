// Reads a text with fields in it, "{queue} to {/customer/name}"; {{ and }} are braces. Pure. Used inside this room.
// Bound: 32 fields.
#pragma once

#include <functional>
#include <string>

#include "maps/event_map.h"
#include "settings/settings_problem.h"

namespace ordertrace {

using FieldJudge = std::function<Judged<Field>(const std::string& name)>;

Judged<Template> read_template(const std::string& text, const FieldJudge& field);

}  // namespace ordertrace
