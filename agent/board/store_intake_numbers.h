// What the board's own intake counted, for the metrics. Written by the intake's thread, read by any.
#pragma once

#include <atomic>
#include <cstdint>

namespace ordertrace {

struct StoreIntakeNumbers {
    std::atomic<std::uint64_t> batches{0}, batches_failed{0};
    std::atomic<std::uint64_t> facts{0}, duplicates{0}, beats{0}, other_namespace{0}, without_order{0};
    std::atomic<std::uint64_t> removed_by_age{0}, removed_by_limit{0};
    std::atomic<std::uint64_t> connections_refused{0}, requests_too_large{0}, requests_timed_out{0},
        handshakes_failed{0};
    std::atomic<std::uint64_t> bytes{0};
};

}  // namespace ordertrace
