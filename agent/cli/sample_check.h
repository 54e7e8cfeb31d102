// `ordertrace check --map FILE [--sample LOG]`: whether a map file is right, and what it makes of each line of a log.
// Nothing is sent. One process, one thread. Bound: a sample of 16 MiB.
#pragma once

#include <iosfwd>
#include <string>

#include "base/time.h"
#include "cli/meaning.h"

namespace ordertrace {

struct SampleCheck {
    std::string map;     // file
    std::string sample;  // file; empty: only the map is checked
    MeaningOf agent;
    bool json = false;  // an object a line
};

// 0: events come of it, and the agent rejects none. 1: none come, or it does. 64: no sample can be read. 78: the map
// has problems, they are all told.
int check_sample(const SampleCheck& options, TimePoint now, std::ostream& output, std::ostream& errors);

}  // namespace ordertrace
