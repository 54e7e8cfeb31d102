// `ordertrace tail`: the lines of a growing, rotating log become events of an agent, each line once. One process, one
// thread. How far it came is stored when the agent has the events; after a kill the last ones, at most 512 KiB of
// lines of a file, are sent again, and where a rule takes the event's own time they are the same events.
#pragma once

#include <iosfwd>
#include <string>

#include "emit/event_door.h"

namespace ordertrace {

struct TailOptions {
    DoorAddress agent;
    std::string log;
    std::string map;             // file
    std::string state;           // file; empty: beside the log, with `.ordertrace` at the end of its name
    std::string from = "start";  // or end: of what is in the log at the first start
};

// Runs until SIGTERM or SIGINT, then 0: what is not delivered comes at the next start. 69: the agent's host is unknown.
// 78: the map has problems, or the state cannot be used or another tail has it.
int tail_command(const TailOptions& options, std::ostream& errors);

}  // namespace ordertrace
