// `ordertrace emit`: one event, one datagram. One process, one thread.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "base/time.h"
#include "emit/event_sender.h"

namespace ordertrace {

struct EmitOptions {
    std::string verb;
    std::string order;
    std::vector<std::string> words;
    AgentAddress agent;
    bool strict = false;
};

// Not strict: 0 whatever becomes of the line, for a business process must not stop for its report. Strict: 64 for a
// line that says less than was meant, which is not sent; 69 if the agent is known not to be there.
int emit_command(const EmitOptions& options, TimePoint now, std::ostream& errors);

}  // namespace ordertrace
