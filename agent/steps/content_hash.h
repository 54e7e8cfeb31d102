// Tells whether two spans of one id say the same. Pure. The value is kept in the journal (closed records).
#pragma once

#include <cstdint>

#include "steps/span.h"

namespace ordertrace {

// Of everything but the ids, the name and the start, which the id stands for already.
std::uint64_t content_hash(const Span& span);

}  // namespace ordertrace
