// The command line of `ordertrace`: options to commands, mistakes to one line and exit code 64.
// One process, one thread.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "base/time.h"

namespace ordertrace {

// What a command sees of the world.
struct Surroundings {
    std::istream& input;
    std::ostream& output;
    std::ostream& errors;
    std::string jaeger;  // ORDERTRACE_JAEGER
    TimePoint now{};
    std::string board{};   // ORDERTRACE_BOARD
    std::string locale{};  // LC_ALL, else LC_MESSAGES, else LANG
    bool colours = false;  // the output is a terminal, and nobody asked for none
};

// `arguments` without the program's name. Returns the exit code.
int run_command_line(const std::vector<std::string>& arguments, const Surroundings& surroundings);

}  // namespace ordertrace
