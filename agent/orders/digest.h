// What lists, counts and statistics need of an order: made from its facts once, whenever they change.
// Plain values; a register index keeps the bytes of each, so that an order's old share can be taken out of the counts.
// Bounds: DigestLimits; what is beyond them is left out, the latest kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "orders/lifecycle.h"
#include "orders/stays.h"
#include "orders/verdict.h"

namespace ordertrace {

// A finished attempt of a step, for the statistics.
struct StepRun {
    std::string system;
    std::string step;
    TimePoint end{};
    Duration duration{};
    bool failed = false;  // fail or timeout
    friend bool operator==(const StepRun&, const StepRun&) = default;
};

// Messages of this order over one edge.
struct EdgeCount {
    std::string edge;
    std::uint32_t sent = 0;
    std::uint32_t received = 0;
    std::uint32_t missing = 0;  // sent and not received although the limit, if any, has passed; or never sent
    TimePoint missing_since{};  // the oldest of them
    friend bool operator==(const EdgeCount&, const EdgeCount&) = default;
};

struct OrderDigest {
    std::string order;
    Verdict verdict;
    std::vector<Stay> stays;
    std::vector<EdgeCount> edges;      // by edge
    std::vector<StepRun> runs;         // by end
    std::vector<std::string> aliases;  // "SYS:ID"
    friend bool operator==(const OrderDigest&, const OrderDigest&) = default;
};

struct DigestLimits {
    static constexpr std::size_t stays = 100;
    static constexpr std::size_t edges = 100;
    static constexpr std::size_t runs = 200;
};

// A message that is still within its limit counts as missing later, without a new fact: verdict.review_at of the digest
// is the verdict's own or the moment of the first such one, whichever comes first.
OrderDigest digest_of(const Lifecycle& lifecycle, const OrderFacts& order, Verdict verdict, TimePoint now);

// For the register's own index; never read by another version of the program.
std::string to_bytes(const OrderDigest& digest);
Result<OrderDigest> digest_from_bytes(std::string_view bytes);

}  // namespace ordertrace
