// What the tests of the steps room share: events of one shop, a sink that keeps copies, spans as text.
// Test thread only; unbounded.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "steps/ids.h"
#include "steps/step_sink.h"
#include "steps/steps.h"

namespace ordertrace::test {

inline constexpr TimePoint t0 = from_micros(1'795'305'600'120'000);

inline Event event_of(Verb verb, std::string_view name = {}, TimePoint time = t0) {
    Event event;
    event.verb = verb;
    event.order = "10042";
    event.name_space = "shop";
    event.system = "mes";
    event.name = name;
    event.received = event.time = time;
    event.start = time;
    event.end = time + Duration{1};
    if (verb == Verb::end) event.end = time;
    if (verb == Verb::note) event.note = std::exchange(event.name, std::string_view{});
    return event;
}

// key=value in the order of the tags; a value that is no STRING says its type.
inline std::string as_text(const Tag& tag) {
    std::string text{tag.key};
    switch (tag.type) {
        case Tag::Type::text: return text.append("=").append(tag.text);
        case Tag::Type::integer: return text.append("=LONG:").append(std::to_string(tag.integer));
        case Tag::Type::real: return text.append("=DOUBLE:").append(std::to_string(tag.real));
        case Tag::Type::boolean: return text.append(tag.boolean ? "=BOOL:true" : "=BOOL:false");
    }
    return text;
}

struct KeptSpan {
    SpanOrigin origin = SpanOrigin::event;
    std::string system;
    std::string name;
    TraceId trace;
    SpanId id;
    ParentId parent;
    TimePoint start{};
    Duration duration{};
    std::vector<std::string> tags;
    std::vector<std::string> logs;  // +µs since start: fields
    std::vector<SpanReference> references;

    bool has(std::string_view tag) const {
        for (const auto& known : tags)
            if (known == tag) return true;
        return false;
    }
    bool has_key(std::string_view key) const {
        for (const auto& known : tags)
            if (known.substr(0, known.find('=')) == key) return true;
        return false;
    }
};

inline KeptSpan keep(const Span& span, SpanOrigin origin = SpanOrigin::event) {
    KeptSpan kept{origin,
                  std::string{span.system},
                  std::string{span.name},
                  span.trace,
                  span.id,
                  span.parent,
                  span.start,
                  span.duration,
                  {},
                  {},
                  {span.references.begin(), span.references.end()}};
    for (const auto& tag : span.tags) kept.tags.push_back(as_text(tag));
    for (const auto& log : span.logs) {
        std::string text = "+" + std::to_string((log.time - span.start).count()) + ":";
        for (std::size_t i = 0; i < log.field_count; ++i) text.append(" ").append(as_text(log.fields[i]));
        kept.logs.push_back(text);
    }
    return kept;
}

// Everything a span says but its ids: name, place in time, tags from the fifth on, logs.
inline std::string as_text(const KeptSpan& span) {
    std::string text = span.system + " `" + span.name + "` " + std::to_string((span.start - t0).count()) + "+" +
                       std::to_string(span.duration.count());
    for (const auto& tag : span.tags)
        if (tag != "order.id=10042" && tag != "order.namespace=shop") text += " " + tag;
    for (const auto& log : span.logs) text += " | " + log;
    return text;
}

// Ids and references too: two spans of the same text are the same bytes.
inline std::string whole_text(const KeptSpan& span) {
    auto text = std::to_string(static_cast<int>(span.origin)) + " " + to_hex(span.trace) + " " + to_hex(span.id) + " " +
                to_hex(SpanId{span.parent.value}) + " " + as_text(span);
    for (const auto& to : span.references) text += " -> " + to_hex(to.trace) + "/" + to_hex(to.span);
    return text;
}

class KeepingSink : public StepSink {
public:
    struct Record {
        StepRecord kind;
        std::string bytes;
        std::uint64_t segment;
    };
    std::vector<KeptSpan> spans;
    std::vector<Record> records;
    std::uint64_t segment = 1;

    void span(const Span& span, SpanOrigin origin) override { spans.push_back(keep(span, origin)); }
    std::uint64_t step_record(StepRecord kind, std::string_view bytes) override {
        records.push_back({kind, std::string{bytes}, segment});
        return segment;
    }

    std::vector<KeptSpan> take() { return std::exchange(spans, {}); }
    // The texts of the spans since the last take.
    std::vector<std::string> texts() {
        std::vector<std::string> all;
        for (const auto& span : take()) all.push_back(as_text(span));
        return all;
    }
};

inline StepRules rules_of() {
    StepRules rules;
    rules.host_name = "plant-7";
    return rules;
}

// The whole room with a sink, beats off.
struct Room {
    explicit Room(StepRules rules = rules_of(), Duration beat_every = Duration{0})
        : steps{std::move(rules), beat_every, "mes", "shop", t0, sink} {}
    Became apply(const Event& event) { return steps.apply(event, event.received); }
    void tick(TimePoint now) { steps.tick(now, {}); }

    KeepingSink sink;
    Steps steps;
};

// A `start` and an `end` of the step `cut`.
inline Event start_at(Duration after, std::uint32_t attempt = 0) {
    auto event = event_of(Verb::start, "cut", t0 + after);
    event.attempt = attempt;
    return event;
}

inline Event end_at(Duration after, std::uint32_t attempt = 0) {
    auto event = event_of(Verb::end, "cut", t0 + after);
    event.attempt = attempt;
    return event;
}

}  // namespace ordertrace::test
