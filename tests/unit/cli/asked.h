// Runs `ordertrace` against a board that answers as the test says.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "unit/cli/fake_board.h"

namespace ordertrace {

struct Asked {
    int exit_code = 0;
    std::string output;
    std::string errors;
};

// ORDERTRACE_BOARD is `url`.
inline Asked ask(const std::string& url, const std::vector<std::string>& arguments, bool colours = false,
                 const std::string& locale = {}) {
    std::istringstream input;
    std::ostringstream output;
    std::ostringstream errors;
    const int code = run_command_line(arguments, {.input = input,
                                                  .output = output,
                                                  .errors = errors,
                                                  .jaeger = {},
                                                  .now = {},
                                                  .board = url,
                                                  .locale = locale,
                                                  .colours = colours});
    return {code, output.str(), errors.str()};
}

// A board with one answer to everything.
inline Asked ask_with(const FakeBoard::Reply& reply, const std::vector<std::string>& arguments, bool colours = false) {
    const FakeBoard board{[&](const std::string&) { return reply; }};
    return ask(board.url(), arguments, colours);
}

}  // namespace ordertrace
