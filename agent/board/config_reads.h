// Whether the board's files, when they were read last, are in force, and when that was. Plain data; the web's thread.
#pragma once

#include "base/time.h"

namespace ordertrace {

struct ConfigReads {
    bool successful = true;
    TimePoint at;
};

}  // namespace ordertrace
