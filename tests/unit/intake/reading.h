// What a datagram becomes, as text that a table can hold: one line for each event and each reject, with everything in
// it that is not as usual. Times are µs from `now`; an event of system `mes`, namespace `shop` does not name them.
//   end 10042 name=[push] t=-5 res=fail note=[timeout] @weight=1.5f #event.truncated=true
//   reject verb at 5 [ord1]
#pragma once

#include <string>
#include <string_view>

#include "intake/event_reader.h"

namespace ordertrace {

inline constexpr auto test_now = from_micros(1'795'305'600'000'000);  // 2026-11-22T00:00:00Z

struct ReadingSetup {
    ListenerSettings listener;
    OrderSettings order;
    AttributeSettings attributes;
};

std::string reading_of(std::string_view datagram, const ReadingSetup& setup = {});
std::string described(const Event& event);
std::string described(const Reject& reject);

}  // namespace ordertrace
