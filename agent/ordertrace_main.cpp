// ordertrace: for people and scripts. emit, run, check, id.
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "cli/command_line.h"

int main(int argc, char** argv) {
    const char* jaeger = std::getenv("ORDERTRACE_JAEGER");
    const auto now = std::chrono::time_point_cast<ordertrace::Duration>(std::chrono::system_clock::now());
    return ordertrace::run_command_line({argv + 1, argv + argc}, {.input = std::cin,
                                                                  .output = std::cout,
                                                                  .errors = std::cerr,
                                                                  .jaeger = jaeger == nullptr ? "" : jaeger,
                                                                  .now = now});
}
