// `ordertrace check`: says what lines mean, without sending them. One process, one thread.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/meaning.h"

namespace ordertrace {

struct CheckOptions {
    std::vector<std::string> lines;  // none: they are read from the input
    MeaningOf agent;
    bool json = false;
};

// 1 if a line is rejected, 64 if the input is over max_input or empty. The lines are read as one datagram, so that
// those without a marker continue the note above them.
int check_command(const CheckOptions& options, TimePoint now, std::istream& input, std::ostream& output,
                  std::ostream& errors);

}  // namespace ordertrace
