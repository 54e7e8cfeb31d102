// The bytes in which the embedded store keeps what a fact or a beat says beside the columns of its row. Pure; any
// thread. What is empty takes no room. The reader never passes the end, and bytes that are not whole are said, not
// guessed.
//   fact: u8 record · u8 result · varint mask · the parts the mask names, in its order, numbers as varints, texts as
//         length and bytes, the parent as 8 bytes
//   beat: seven varints · varint number of restarts · each: text, varint
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "orders/fact.h"
#include "orders/system_life.h"

namespace ordertrace {

// All but `id` and `start`, which are columns. Appended to `out`.
void append_bytes(std::string& out, const Fact& fact);
Result<Fact> fact_from_bytes(SpanId id, TimePoint start, std::string_view bytes);

// All but `host`, `start` and `end`.
std::string to_bytes(const Beat& beat);
Result<Beat> beat_from_bytes(std::string_view bytes);

}  // namespace ordertrace
