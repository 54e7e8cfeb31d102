#include "steps/event.h"

#include <array>

namespace ordertrace {

std::string_view name_of(Verb verb) {
    static constexpr std::array<std::string_view, verb_count> names{"span", "start", "end",   "status", "sent", "recv",
                                                                    "note", "mark",  "alias", "beat",   "other"};
    return names.at(static_cast<std::size_t>(verb));
}

std::string_view name_of(StepResult result) {
    static constexpr std::array<std::string_view, 5> names{"ok", "fail", "timeout", "skip", "cancel"};
    return names.at(static_cast<std::size_t>(result));
}

}  // namespace ordertrace
