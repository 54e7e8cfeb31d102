// The program's operator new, counting what each thread allocates.
#pragma once

#include <cstdint>

namespace ordertrace::test {

std::uint64_t allocations();  // of this thread so far

}  // namespace ordertrace::test
