// A shop in the middle of its day, for the tests of the pages: an overview, a stuck list, and orders of every kind.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "board/pages.h"
#include "unit/register/register_support.h"

namespace ordertrace::test {

inline constexpr auto page_now = t0 + 12h;

PageContext page_context(Language language = Language::english);

Overview quiet_overview();  // caught up, nothing stuck
Overview busy_overview();

// Judged as the register judges; `facts` in any order.
OrderAnswer answer_of(const std::string& order, std::vector<Fact> facts, TimePoint now = page_now);
OrderDigest digest_of(const OrderAnswer& answer);

// By name: "in-transit", "failed", "late" …
std::vector<std::pair<std::string, OrderAnswer>> sample_orders();
OrderAnswer unknown_order_answer(const std::string& asked, std::vector<std::string> nearest);
OrderAnswer in_transit_order();
OrderAnswer failed_order();
OrderAnswer hostile_order();

// How often `part` stands in `text`.
std::size_t count_of(std::string_view text, std::string_view part);

}  // namespace ordertrace::test
