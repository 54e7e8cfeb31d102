// What `ordertrace` ends with; scripts rely on the numbers (as sysexits.h has them).
#pragma once

namespace ordertrace::exit_code {

inline constexpr int fine = 0;
inline constexpr int negative = 1;  // the answer is no
inline constexpr int usage = 64;
inline constexpr int unavailable = 69;  // the other side is not there
inline constexpr int internal = 70;     // something is as it should never be
inline constexpr int configuration = 78;

}  // namespace ordertrace::exit_code
