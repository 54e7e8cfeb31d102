// Assembles one Span at a time out of views; reused from span to span, so nothing is allocated in steady state.
// Owned by a SpanMaker or BeatKeeper on the intake thread. The span and every composed text are valid until begin().
#pragma once

#include <array>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "steps/span.h"

namespace ordertrace {

class SpanBuilder {
public:
    struct Head {
        std::string_view record;
        std::string_view kind = "internal";
        std::string_view system;
        std::string_view name_space;  // with order; both empty for a beat
        std::string_view order;
        TraceId trace;
        SpanId id;
        TimePoint start{};
        Duration duration{1};  // below 1 µs becomes 1 µs
    };

    SpanBuilder() { fields_.reserve(256); }

    // Drops the last span; composed texts are made after it.
    void begin(const Head& head);
    void name(std::string_view name) { span_.name = name; }
    void parent(SpanId parent) { span_.parent = ParentId{parent.value}; }
    void id(SpanId id) { span_.id = id; }
    void refer(TraceId trace, SpanId span);

    // A tag whose value is empty is no tag.
    void text(std::string_view key, std::string_view value);
    void integer(std::string_view key, std::int64_t value) { tag(Tag::of_integer(key, value)); }
    void boolean(std::string_view key, bool value) { tag(Tag::of_boolean(key, value)); }
    void tag(const Tag& tag);
    // Unless there is a tag of that key: one key, one type, one value.
    void tag_once(const Tag& tag);
    // error and order.result belong together: some stores cannot be searched for the former.
    void failed(std::string_view result);

    // A remark on the time line: `event` = note, `message`, and fields.
    void log(TimePoint time, std::string_view message);
    // Of the log begun last. `event` and `message` keep their meaning: such a field is renamed as attributes are.
    void field(const Tag& tag);

    // Parts one after another, in the builder's own bytes.
    std::string_view compose(std::initializer_list<std::string_view> parts);

    const Span& finish();

private:
    // Room for a name of two limits' length, an edge and the keys of a beat; what would pass it is cut.
    static constexpr std::size_t text_capacity = 4096;

    Span span_;
    std::vector<Tag> fields_;  // of all logs, one after another
    std::array<char, text_capacity> composed_;
    std::size_t composed_size_ = 0;
};

}  // namespace ordertrace
