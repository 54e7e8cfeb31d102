// `ordertrace pipe`: the lines of standard input become events of an agent. One process, one thread.
// While the agent is away nothing more is read, so that whoever writes into the pipe waits and nothing is lost.
// Bounds: a line of 4 MiB (1 MiB without a map), 512 KiB of events at once.
#pragma once

#include <iosfwd>
#include <string>

#include "emit/event_door.h"

namespace ordertrace {

struct PipeOptions {
    DoorAddress agent;
    std::string map;  // file; empty: the lines are events as they are
};

// 0 when the input has ended and all is delivered. After SIGTERM or SIGINT what has been written so far is read and
// delivered within 5 s; 69 if something was not, or the agent's host is unknown; 70 if the input cannot be read; 78 for
// a bad map.
int pipe_command(const PipeOptions& options, std::ostream& errors);

}  // namespace ordertrace
