#include "cli/meaning.h"

#include <array>
#include <charconv>

#include "intake/event_reader.h"
#include "steps/ids.h"
#include "steps/steps.h"

namespace ordertrace {
namespace {

std::string spell(double value) {
    std::array<char, 32> text{};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), result.ptr};
}

TagMeaning copy_of(const Tag& tag) {
    std::string key{tag.key};
    switch (tag.type) {
        case Tag::Type::text: break;
        case Tag::Type::integer: return {std::move(key), TagMeaning::Type::number, std::to_string(tag.integer)};
        case Tag::Type::real: return {std::move(key), TagMeaning::Type::number, spell(tag.real)};
        case Tag::Type::boolean: return {std::move(key), TagMeaning::Type::boolean, tag.boolean ? "true" : "false"};
    }
    return {std::move(key), TagMeaning::Type::text, std::string{tag.text}};
}

template <class Tags>
std::vector<TagMeaning> copies_of(const Tags& tags) {
    std::vector<TagMeaning> copies;
    for (const Tag& tag : tags) copies.push_back(copy_of(tag));
    return copies;
}

SpanMeaning copy_of(const Span& span) {
    SpanMeaning copy;
    copy.system = span.system;
    copy.name = span.name;
    copy.span_id = to_hex(span.id);
    if (span.parent.value != 0) copy.parent_id = to_hex(SpanId{span.parent.value});
    copy.start = span.start;
    copy.duration = span.duration;
    copy.tags = copies_of(span.tags);
    for (const auto& reference : span.references)
        copy.references.emplace_back(to_hex(reference.trace), to_hex(reference.span));
    for (const auto& log : span.logs)
        copy.logs.emplace_back(log.time, copies_of(std::vector<Tag>{log.fields, log.fields + log.field_count}));
    return copy;
}

// Stands where the agent has its journal.
class Collector : public EventSink, private StepSink {
public:
    Collector(const MeaningOf& agent, TimePoint now)
        : now_{now}, steps_{StepRules{}, Duration{0}, agent.system, agent.name_space, now, *this} {}

    void event(const Event& event) override {
        auto& meaning = meanings_.emplace_back().event.emplace();
        meaning.verb = name_of(event.verb);
        meaning.demoted = event.demoted;
        meaning.order = event.order;
        meaning.name_space = event.name_space;
        meaning.system = event.system;
        meaning.name = event.name;
        meaning.time = event.time;
        meaning.remarks = copies_of(event.remarks);
        if (!event.order.empty()) meaning.trace_id = to_hex(ids_.trace_id(event.name_space, event.order));
        meaning.became = steps_.apply(event, now_);
        if (meaning.became == Became::opened)
            meaning.step_span_id =
                to_hex(ids_.span_id(IdKind::step, event.name_space, event.order, event.system, event.name,
                                    step_mark(event.step_id, event.attempt, event.time).view()));
    }

    void reject(const Reject& reject) override {
        meanings_.emplace_back().reject = RejectMeaning{reject.reason, std::string{reject.text}, reject.offset};
    }

    std::vector<Meaning> take() { return std::move(meanings_); }

private:
    void span(const Span& span, SpanOrigin /*origin*/) override {
        meanings_.back().event->spans.push_back(copy_of(span));
    }
    std::uint64_t step_record(StepRecord /*kind*/, std::string_view /*bytes*/) override { return 0; }

    TimePoint now_;
    IdMaker ids_;
    std::vector<Meaning> meanings_;
    Steps steps_;
};

}  // namespace

std::vector<Meaning> meaning_of(std::string_view lines, const MeaningOf& agent, TimePoint now) {
    EventReader reader{ListenerSettings{}, OrderSettings{}, AttributeSettings{}, agent.system, agent.name_space};
    Collector collector{agent, now};
    reader.read(lines, now, collector);
    return collector.take();
}

}  // namespace ordertrace
