// What the kernel says about this process, for the process_* metrics. Reads /proc; delivery thread, at a scrape.
#pragma once

#include <cstdint>

namespace ordertrace {

// A number that could not be read is 0.
struct ProcessStats {
    double cpu_seconds = 0;
    double start_time_seconds = 0;  // since 1970
    std::uint64_t resident_bytes = 0;
    std::uint64_t virtual_bytes = 0;
    std::uint64_t open_fds = 0;
    std::uint64_t max_fds = 0;
};

ProcessStats read_process_stats();

}  // namespace ordertrace
