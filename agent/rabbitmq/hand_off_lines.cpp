#include "rabbitmq/hand_off_lines.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>

#include "base/glob.h"
#include "base/text.h"
#include "emit/event_line.h"
#include "rabbitmq/message_field.h"

namespace ordertrace {
namespace {

using std::chrono::seconds;

constexpr std::size_t longest_order = 128;  // of the protocol; a longer one would be rejected
constexpr std::size_t longest_value = 1024;
constexpr std::size_t excess = 8;  // of what is too long anyway: enough for the agent to see it
constexpr std::size_t longest_key = 512;

std::string word(std::string_view key, std::string_view value) {
    return std::string{key} + '=' + std::string{cut_utf8(value, longest_value + excess)};
}

std::string hash_of(const std::string& text) { return '#' + std::to_string(std::hash<std::string>{}(text)); }

std::string bounded(const std::string& key) {
    return key.size() <= longest_key ? key : key.substr(0, longest_key) + hash_of(key);
}

std::string time_word(TimePoint time) { return word("t", std::to_string(to_micros(time))); }

std::optional<std::int64_t> number_in(std::optional<std::string_view> text) {
    if (!text) return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc{} || end != text->data() + text->size() || number <= 0) return std::nullopt;
    return number;
}

// When it was published: as the broker stamped it, as its sender did, or now. The first two are the same whenever the
// message is seen, and so is the span.
std::string publish_time(const BrokerMessage& message, TimePoint now) {
    if (const auto stamped = number_in(find_field(message.headers, "timestamp_in_ms")))
        return word("t", std::to_string(*stamped));
    if (const auto stamped = number_in(find_field(message.properties, "timestamp")))
        return word("t", std::to_string(*stamped));
    return time_word(now);
}

// The broker keeps whole seconds, and of the first death alone. The end of that second is never before what led to it.
TimePoint death_time(const Death& death, TimePoint now) {
    if (death.count != 1 || death.seconds <= 0 || death.seconds > to_micros(now) / 1'000'000 + 3600) return now;
    return TimePoint{seconds{death.seconds}} + seconds{1} - Duration{1};
}

bool matches(const EdgeSettings& edge, std::string_view exchange, std::string_view routing_key) {
    return matches_glob(edge.exchange, exchange) && matches_glob(edge.routing_key, routing_key);
}

// The lines of one message, edge by edge.
class Maker {
public:
    Maker(const BrokerMessage& message, TimePoint now) : message_{message}, now_{now}, fields_{message} {}

    void add(const EdgeSettings& edge) {
        if (message_.kind == BrokerMessage::Kind::published) published(edge);
        for (const auto& death : message_.deaths)
            if (matches_glob(edge.queue, death.queue) && matches(edge, death.exchange, death.routing_key))
                died(edge, death);
        if (message_.kind == BrokerMessage::Kind::delivered) delivered(edge);
    }

    HandOffLines take() { return {std::move(lines_), reason_}; }

private:
    void published(const EdgeSettings& edge);
    void delivered(const EdgeSettings& edge);
    void died(const EdgeSettings& edge, const Death& death);
    void delivered_after_death(const EdgeSettings& edge, const std::string& order, const std::string& queue);

    std::optional<std::string> order_of(const EdgeSettings& edge);
    std::string message_id(const EdgeSettings& edge) { return fields_.find(edge.message).value_or(""); }
    // What tells this message from others: its id, or what is in it.
    std::string identity(const std::string& id) const { return id.empty() ? hash_of(message_.body) : id; }
    void add_line(std::string_view verb, const std::string& order, std::vector<std::string> words, std::string key,
                  bool once) {
        key = std::string{verb} + '\n' + order + '\n' + words.front() + '\n' + words.at(1) + '\n' + key;
        lines_.push_back({event_line(verb, order, words), bounded(key), once});
    }

    const BrokerMessage& message_;
    TimePoint now_;
    MessageFields fields_;
    std::vector<HandOffLine> lines_;
    Skipped reason_ = Skipped::no_edge;
};

std::optional<std::string> Maker::order_of(const EdgeSettings& edge) {
    auto order = fields_.find(edge.order);
    if (order && order->size() <= longest_order) return order;
    if (order)
        reason_ = Skipped::order_long;
    else if (edge.order.kind == FieldSource::Kind::body && fields_.body_unreadable())
        reason_ = Skipped::body;
    else
        reason_ = Skipped::no_order;
    return std::nullopt;
}

// A message that no queue took is known by what the edge says of its exchange and key, if it says anything.
void Maker::published(const EdgeSettings& edge) {
    if (!matches(edge, message_.exchange, message_.routing_key)) return;
    const auto queue = std::find_if(message_.queues.begin(), message_.queues.end(),
                                    [&](const auto& name) { return matches_glob(edge.queue, name); });
    const bool lost = message_.queues.empty() && (edge.exchange != "*" || edge.routing_key != "*");
    if (queue == message_.queues.end() && !lost) return;
    const auto order = order_of(edge);
    if (!order) return;
    const auto id = message_id(edge);
    std::vector<std::string> words{word("sys", edge.from), word("to", edge.to),
                                   word("via", lost ? message_.routing_key : *queue), word("msg", id),
                                   publish_time(message_, now_)};
    if (const auto status = fields_.find(edge.status)) words.push_back(word("st", *status));
    if (lost) words.push_back(":no queue took it: nothing is bound to the exchange for this routing key");
    add_line("sent", *order, std::move(words), identity(id), !id.empty());
}

void Maker::delivered(const EdgeSettings& edge) {
    const auto& queue = message_.queues.front();
    if (!matches_glob(edge.queue, queue)) return;
    // What was dead-lettered and came back did so by another exchange than it was published to.
    const bool came_back = std::any_of(message_.deaths.begin(), message_.deaths.end(), [&](const auto& death) {
        return death.queue == queue && matches(edge, death.exchange, death.routing_key);
    });
    if (!came_back && !matches(edge, message_.exchange, message_.routing_key)) return;
    const auto order = order_of(edge);
    if (!order) return;
    const auto id = message_id(edge);
    std::vector<std::string> words{word("sys", edge.to), word("from", edge.from), word("via", queue), word("msg", id),
                                   time_word(now_)};
    if (const auto status = fields_.find(edge.status)) words.push_back(word("st", *status));
    add_line("recv", *order, std::move(words), identity(id) + (message_.delivered_again ? "\nagain" : ""), false);
    delivered_after_death(edge, *order, queue);
}

// It failed there, and now it came through: without this the order would be called failed until its next stage.
void Maker::delivered_after_death(const EdgeSettings& edge, const std::string& order, const std::string& queue) {
    const auto death = std::find_if(message_.deaths.begin(), message_.deaths.end(),
                                    [&](const auto& entry) { return entry.queue == queue; });
    if (death == message_.deaths.end()) return;
    const auto id = message_id(edge);
    add_line("span", order,
             {word("sys", edge.to), word("step", "deliver " + queue), word("id", id),
              time_word(std::max(now_, death_time(*death, now_) + Duration{1})), "res=ok",
              word("try", std::to_string(std::max<std::int64_t>(death->count, 1) + 1))},
             identity(id) + "\nafter " + std::to_string(death->count), false);
}

void Maker::died(const EdgeSettings& edge, const Death& death) {
    const auto order = order_of(edge);
    if (!order) return;
    const auto id = message_id(edge);
    const auto count = std::to_string(std::max<std::int64_t>(death.count, 1));
    add_line("span", *order,
             {word("sys", edge.to), word("step", "deliver " + death.queue), word("id", id),
              time_word(death_time(death, now_)), "res=fail", word("err", "dead-lettered: " + death.reason),
              word("try", count), word("_queue", death.queue), word("_reason", death.reason),
              word("_edge", edge.from + '>' + edge.to)},
             identity(id) + '\n' + death.reason + '\n' + count + '\n' + std::to_string(death.seconds), true);
}

}  // namespace

HandOffLines hand_off_lines(const std::vector<EdgeSettings>& edges, const BrokerMessage& message, TimePoint now) {
    Maker maker{message, now};
    for (const auto& edge : edges) maker.add(edge);
    return maker.take();
}

}  // namespace ordertrace
