#include "board/received_orders.h"

#include <array>

#include "base/text.h"

namespace ordertrace {
namespace {

std::string kept(std::string_view text, std::size_t bytes = ReceivedOrders::max_name) {
    return std::string{cut_utf8(text, bytes)};
}

void join(std::string& to, std::string_view more) {
    if (more.empty()) return;
    if (!to.empty()) to += "; ";
    to += more;
}

// Tags that say what a record is about, in the order they are read.
std::string subject_of(const std::vector<ReceivedTag>& tags) {
    std::string text;
    if (const auto attempt = integer_tag(tags, "attempt"); attempt > 0) {
        text = "attempt " + std::to_string(attempt);
        if (const auto of = integer_tag(tags, "attempt.max"); of > 0) text += " of " + std::to_string(of);
    }
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> subjects{
        {{"messaging.destination.name", "by "},
         {"messaging.message.id", "message "},
         {"order.alias", ""},
         {"abandoned.reason", "given up: "}}};
    for (const auto& [key, word] : subjects)
        if (const auto value = text_tag(tags, key); !value.empty()) join(text, std::string{word} + std::string{value});
    return text;
}

std::string note_of(const ReceivedSpan& span) {
    std::string text = subject_of(span.tags);
    join(text, text_tag(span.tags, "otel.status_description"));
    for (const auto& log : span.logs) join(text, text_tag(log.fields, "message"));
    return kept(text, ReceivedOrders::max_note);
}

OrderRow to_row(std::string_view service, const ReceivedSpan& span) {
    return {.trace = span.trace,
            .id = span.id,
            .start = span.start,
            .duration = span.duration,
            .system = kept(service),
            .record = kept(text_tag(span.tags, "order.record")),
            .name = kept(span.name),
            .result = kept(text_tag(span.tags, "order.result")),
            .note = note_of(span),
            .status = kept(text_tag(span.tags, "order.status"))};
}

}  // namespace

void ReceivedOrders::add(const ReceivedBatch& batch) {
    for (const auto& span : batch.spans) add_one(batch.service, span);
}

void ReceivedOrders::add_one(std::string_view service, const ReceivedSpan& span) {
    ++counters_.spans_received;
    const auto id = text_tag(span.tags, "order.id");
    if (id.empty() || id.size() > max_order_id) {
        ++counters_.spans_without_order;
        return;
    }
    const SpanKey span_key{span.trace, span.id};
    if (seen_.contains(span_key)) {
        ++counters_.spans_duplicate;
        return;
    }
    auto& order = order_of({std::string{id}, kept(text_tag(span.tags, "order.namespace"))});
    if (!make_room(order)) {
        ++counters_.spans_refused;
        return;
    }
    seen_.insert(span_key);
    order.rows.push_back(to_row(service, span));
}

std::vector<const ReceivedOrder*> ReceivedOrders::find(std::string_view id) const {
    std::vector<const ReceivedOrder*> found;
    for (auto at = by_key_.lower_bound({std::string{id}, ""}); at != by_key_.end() && at->first.first == id; ++at)
        found.push_back(&*at->second);
    return found;
}

ReceivedOrder& ReceivedOrders::order_of(const Key& key) {
    if (const auto known = by_key_.find(key); known != by_key_.end()) return *known->second;
    if (orders_.size() >= limits_.max_orders) forget_first();
    orders_.push_back({.name_space = key.second, .id = key.first, .rows = {}});
    by_key_[key] = std::prev(orders_.end());
    return orders_.back();
}

// Room for one span more; never by forgetting the order it belongs to.
bool ReceivedOrders::make_room(const ReceivedOrder& keep) {
    while (seen_.size() >= limits_.max_spans && &orders_.front() != &keep) forget_first();
    return seen_.size() < limits_.max_spans;
}

void ReceivedOrders::forget_first() {
    const auto& first = orders_.front();
    for (const auto& row : first.rows) seen_.erase({row.trace, row.id});
    by_key_.erase({first.id, first.name_space});
    orders_.pop_front();
    ++counters_.orders_forgotten;
}

}  // namespace ordertrace
