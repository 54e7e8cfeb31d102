// What one received batch says of orders and systems: the form in which facts come to a store. Plain values, made by
// board/fact_reader, owned by whoever took it from there. Its size is bounded by the batch; its texts by the protocol.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "orders/fact.h"
#include "store/order_store.h"

namespace ordertrace {

struct OrderFact {
    std::string order;
    Fact fact;
    friend bool operator==(const OrderFact&, const OrderFact&) = default;
};

struct FactBatch {
    std::vector<OrderFact> facts;
    std::vector<BeatOfSystem> beats;
    std::uint64_t other_namespace = 0;  // spans left out: of orders of another namespace
    std::uint64_t without_order = 0;    // spans left out: neither of an order nor a beat
    friend bool operator==(const FactBatch&, const FactBatch&) = default;
};

// When the fact's system was last heard of, going by this fact: the end of a step, the start of anything else.
// An overdue marker is the agent's own conclusion and says nothing; then the epoch.
TimePoint heard_at(const Fact& fact);

// The two sides of an alias "SYS:ID"; both empty if it is none.
struct AliasName {
    std::string_view system, id;
};
AliasName split_alias(std::string_view alias);

}  // namespace ordertrace
