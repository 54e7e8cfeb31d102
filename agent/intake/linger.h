// How long reading may pause after a drained burst to find a larger one: waking up cold costs more than the work.
// Pure.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace ordertrace {

// The pause for a receive buffer of `bytes` (as SO_RCVBUF reads back). Never so long that the buffer could fill:
// a small datagram occupies 832 bytes of it, and no sender was seen to reach 500,000 a second on loopback.
Duration linger_for(std::uint64_t bytes);

}  // namespace ordertrace
