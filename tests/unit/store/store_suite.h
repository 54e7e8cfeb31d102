// What every store must do, whatever it is made of: cases that write facts and ask for them. Each case wants a store of
// its own with nothing in it. Values lie near `suite_begin`; ids of spans are unlike each other.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/fact_batch.h"
#include "store/order_store.h"

namespace ordertrace::test {

// Writes a batch so that the store answers with it afterwards.
using WriteFacts = std::function<void(const FactBatch&)>;

struct StoreCase {
    std::string name;
    std::function<void(OrderStore&, const WriteFacts&)> run;
};

const std::vector<StoreCase>& store_cases();

inline constexpr TimePoint suite_begin = from_micros(1'795'305'600'120'000);

// Facts as an agent's spans tell them, so that a store which keeps spans can be given the spans they come from.
Fact status_fact(std::uint64_t id, std::string system, const std::string& status, TimePoint at);
Fact step_fact(std::uint64_t id, std::string system, std::string step, TimePoint start, Duration duration);
Fact alias_fact(std::uint64_t id, std::string system, const std::string& alias, TimePoint at);

// A beat of host "h" that tells of nothing.
Beat quiet_beat(TimePoint start, Duration length);

}  // namespace ordertrace::test
