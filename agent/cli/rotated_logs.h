// The files that logrotate makes of a log: in its directory, with its name and then dots, dashes and digits, not
// compressed. Asks the directory anew each time; any one thread.
#pragma once

#include <optional>
#include <string>

#include "cli/log_place.h"

namespace ordertrace {

// The one that holds what stood before the place: by its inode, else a copy of it.
std::optional<OpenLog> rotated_log_with(const std::string& log, const LogPlace& place);

// What was written after `old`: of the rotated the one made next, else the log itself; nothing as long as that is not
// there.
std::optional<OpenLog> log_after(const std::string& log, const OpenLog& old);

}  // namespace ordertrace
