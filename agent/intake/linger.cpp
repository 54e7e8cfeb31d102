#include "intake/linger.h"

#include <algorithm>

namespace ordertrace {

Duration linger_for(std::uint64_t bytes) {
    constexpr std::uint64_t bytes_a_datagram = 832;
    constexpr std::uint64_t fastest_sender = 500'000;            // datagrams a second
    constexpr Duration longest = std::chrono::milliseconds{20};  // a longer one saved no more CPU
    const auto datagrams = std::min<std::uint64_t>(bytes, 1ULL << 32U) / bytes_a_datagram;
    return std::min(longest, Duration{static_cast<std::int64_t>(datagrams * 1'000'000 / fastest_sender)});
}

}  // namespace ordertrace
