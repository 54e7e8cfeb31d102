// A small shop for the tests of what stands on verdicts: its lifecycle, and facts by hand.
#pragma once

#include <string>

#include "orders/fact.h"
#include "orders/lifecycle.h"

namespace ordertrace::test {

using namespace std::chrono_literals;

inline constexpr auto t0 = from_micros(1'795'305'600'000'000);  // 2026-11-22T00:00:00Z

// CREATED (online-shop; mes and crm within 5 min) → PRICED (mes; crm within 5 min) → SHIPPED (mes; terminal).
Lifecycle shop_lifecycle();

// Each fact has a span id of its own, made from what it says.
Fact status_fact(const std::string& system, const std::string& status, TimePoint at);
Fact sent_fact(const std::string& from, const std::string& to, const std::string& status, TimePoint at,
               const std::string& message);
Fact received_fact(const std::string& from, const std::string& to, const std::string& status, TimePoint at,
                   const std::string& message);
Fact step_fact(const std::string& system, const std::string& step, TimePoint start, Duration duration,
               FactResult result = FactResult::ok);
Fact mark_fact(const std::string& name, TimePoint start);
Fact alias_fact(const std::string& system, const std::string& alias, TimePoint at);

}  // namespace ordertrace::test
