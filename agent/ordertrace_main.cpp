// ordertrace: for people and scripts. emit, run, pipe, tail, check, id; the questions where, stuck, lost, stages,
// systems.
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "cli/command_line.h"

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// The language of messages, as POSIX finds it.
std::string locale() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
        if (auto value = environment(name); !value.empty()) return value;
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    const auto now = std::chrono::time_point_cast<ordertrace::Duration>(std::chrono::system_clock::now());
    return ordertrace::run_command_line({argv + 1, argv + argc},
                                        {.input = std::cin,
                                         .output = std::cout,
                                         .errors = std::cerr,
                                         .jaeger = environment("ORDERTRACE_JAEGER"),
                                         .now = now,
                                         .board = environment("ORDERTRACE_BOARD"),
                                         .locale = locale(),
                                         .colours = ::isatty(STDOUT_FILENO) == 1 && environment("NO_COLOR").empty()});
}
