// What people and scripts ask the board: where an order is, what is stuck, what is lost, the stages, the systems.
// One process, one thread. Exit codes: 0 nothing to worry about; 1 something is stuck, or the order is unknown; 64 the
// question is wrong; 69 the board is not there or in trouble; 70 its answer is no document.
// Bounds: those of a question (cli/http_question.h); at most 1,000 orders of a list.
#pragma once

#include <iosfwd>
#include <string>

#include "cli/board_client.h"

namespace ordertrace {

struct QuestionOptions {
    BoardAccess board;
    bool json = false;         // the board's document as it is
    bool colours = false;      // the output is a terminal
    std::string order;         // of where
    std::string stage, older;  // of stuck; empty: all
    std::string edge;          // of lost; empty: all
};

// `name`: where, stuck, lost, stages, systems.
int question_command(const std::string& name, const QuestionOptions& options, std::ostream& output,
                     std::ostream& errors);

}  // namespace ordertrace
