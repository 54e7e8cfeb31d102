// The orders whose spans arrived, in memory: what `ordertrace-board collect` shows until a store keeps them.
// Owned by the program, used by its only thread. Bounds: `max_orders` and `max_spans`; beyond them the order that
// arrived first is forgotten, counted; of an order that fills the memory alone further spans are refused, counted.
// A span that came twice (same trace id and span id) is kept once. Texts of a row are cut to `max_name`, `max_note`.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "board/received_span.h"

namespace ordertrace {

// One span of an order, as a person reads it. Texts are as received: whoever shows them makes them inert.
struct OrderRow {
    TraceId trace;
    SpanId id;
    TimePoint start{};
    Duration duration{};
    std::string system;
    std::string record;
    std::string name;
    std::string result;
    std::string note;    // why it failed, the remarks, else what the record is about: attempt, way, message, alias
    std::string status;  // of a status
};

struct ReceivedOrder {
    std::string name_space;
    std::string id;
    std::vector<OrderRow> rows;  // in order of arrival
};

class ReceivedOrders {
public:
    struct Limits {
        std::size_t max_orders = 1'000;
        std::size_t max_spans = 100'000;
    };
    struct Counters {
        std::uint64_t spans_received = 0;
        std::uint64_t spans_duplicate = 0;
        std::uint64_t spans_without_order = 0;  // beats, and spans of other senders
        std::uint64_t spans_refused = 0;        // max_spans by one order
        std::uint64_t orders_forgotten = 0;     // max_orders, max_spans
    };
    static constexpr std::size_t max_order_id = 128;  // as in the event protocol: a longer one is no order's id
    static constexpr std::size_t max_name = 128;
    static constexpr std::size_t max_note = 1024;

    explicit ReceivedOrders(Limits limits) : limits_{limits} {}

    void add(const ReceivedBatch& batch);

    // In order of arrival.
    const std::list<ReceivedOrder>& orders() const { return orders_; }
    // Of every namespace that has the id.
    std::vector<const ReceivedOrder*> find(std::string_view id) const;

    const Counters& counters() const { return counters_; }
    std::size_t spans() const { return seen_.size(); }

private:
    using Key = std::pair<std::string, std::string>;  // id, namespace
    using SpanKey = std::pair<TraceId, SpanId>;

    void add_one(std::string_view service, const ReceivedSpan& span);
    ReceivedOrder& order_of(const Key& key);
    bool make_room(const ReceivedOrder& keep);
    void forget_first();

    Limits limits_;
    Counters counters_;
    std::list<ReceivedOrder> orders_;
    std::map<Key, std::list<ReceivedOrder>::iterator> by_key_;
    std::set<SpanKey> seen_;
};

}  // namespace ordertrace
