// The facts of one order, each once and by time: what every rule walks through. Pure; any thread.
// A list points into the facts it was made of and must not outlive them.
#pragma once

#include <vector>

#include "orders/fact.h"
#include "orders/lifecycle.h"

namespace ordertrace {

using FactList = std::vector<const Fact*>;

// By start, then id. Of facts with one id and different contents the same one is taken in whatever order they come:
// a step rather than what stands in for it.
FactList facts_by_time(const std::vector<Fact>& facts);

// A status of the lifecycle as some system reported it.
struct StatusReport {
    const Fact* fact = nullptr;
    const Stage* stage = nullptr;
    TimePoint at() const { return fact->start; }
};

// By time; of one moment the stage that is further on comes last.
std::vector<StatusReport> status_reports(const Lifecycle& lifecycle, const FactList& facts);

}  // namespace ordertrace
