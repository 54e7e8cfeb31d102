// `ordertrace run`: a command becomes a step: start, the command, end with its exit code or signal.
// One process, one thread. The command's input, output and errors are its own; the agent may be absent.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "emit/event_sender.h"

namespace ordertrace {

struct RunOptions {
    std::string order;
    std::string step;
    std::optional<std::uint32_t> attempt;
    AgentAddress agent;
    std::vector<std::string> command;  // at least the program
};

// The command's exit code; 128 + n if signal n killed it; 127 if there is no such program, 126 if it cannot be
// executed.
int run_command(const RunOptions& options, std::ostream& errors);

}  // namespace ordertrace
