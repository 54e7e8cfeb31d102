// The marks the watcher reports to an agent, so that Jaeger shows where an order waited and where it got stuck.
// Pure. What a mark says depends on order, stage, since and limit only: two boards give the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "orders/fact.h"
#include "orders/lifecycle.h"
#include "orders/verdict.h"

namespace ordertrace {

struct OrderMark {
    std::string name;  // "stuck in PACKAGING", "in PACKAGING"
    TimePoint start{};
    Duration duration{1};  // of "stuck in …" 1 µs: a moment
    bool failed = false;   // "stuck in …"
    friend bool operator==(const OrderMark&, const OrderMark&) = default;
};

struct MarkSettings {
    Duration settle =
        std::chrono::minutes{10};  // a stay is told this long after its end: late facts may still change it
    Duration look_back = std::chrono::hours{168};  // older ones are counted, not marked
};

struct MarksOfOrder {
    std::vector<OrderMark> due;     // to be sent now: not among the facts, not older than look_back
    std::uint32_t too_old = 0;      // not among the facts, older than look_back
    std::optional<TimePoint> next;  // when a stay that has ended will have settled
    friend bool operator==(const MarksOfOrder&, const MarksOfOrder&) = default;
};

// `order.facts` tell which marks are there already (record mark, system `order`, same name and start).
MarksOfOrder marks_of(const Lifecycle& lifecycle, const OrderFacts& order, const Verdict& verdict, TimePoint now,
                      const MarkSettings& settings);

// The event line of a mark: ord1 mark ORDER sys=order ns=… step="…" …, times as whole microseconds; quoted where
// needed.
std::string to_line(const OrderMark& mark, std::string_view name_space, std::string_view order);

}  // namespace ordertrace
