#include "steps/span_builder.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace ordertrace {

void SpanBuilder::begin(const Head& head) {
    composed_size_ = 0;
    fields_.clear();
    span_.references.clear();
    span_.tags.clear();
    span_.logs.clear();
    span_.system = head.system;
    span_.trace = head.trace;
    span_.id = head.id;
    span_.parent = {};
    span_.name = {};
    span_.start = head.start;
    span_.duration = std::max(head.duration, Duration{1});
    text("order.record", head.record);
    text("order.id", head.order);
    text("order.namespace", head.name_space);
    text("span.kind", head.kind);
}

void SpanBuilder::refer(TraceId trace, SpanId span) {
    if (span_.references.size() < span_.references.capacity())
        span_.references.push_back({SpanReference::Type::follows_from, trace, span});
}

void SpanBuilder::text(std::string_view key, std::string_view value) {
    if (!value.empty()) tag(Tag::of_text(key, value));
}

void SpanBuilder::tag(const Tag& tag) {
    if (span_.tags.size() < Span::max_tags) span_.tags.push_back(tag);
}

void SpanBuilder::tag_once(const Tag& added) {
    const auto same = [&](const Tag& known) { return known.key == added.key; };
    if (std::none_of(span_.tags.begin(), span_.tags.end(), same)) tag(added);
}

void SpanBuilder::failed(std::string_view result) {
    text("order.result", result);
    boolean("error", true);
}

void SpanBuilder::log(TimePoint time, std::string_view message) {
    if (span_.logs.size() == Span::max_logs) return;
    span_.logs.push_back({time, nullptr, 0});
    fields_.push_back(Tag::of_text("event", "note"));
    fields_.push_back(Tag::of_text("message", message));
    span_.logs.back().field_count = 2;
}

void SpanBuilder::field(const Tag& tag) {
    if (span_.logs.empty()) return;
    fields_.push_back(tag);
    auto& added = fields_.back();
    if (added.key == "event") added.key = "ext._event";
    if (added.key == "message") added.key = "ext._message";
    ++span_.logs.back().field_count;
}

std::string_view SpanBuilder::compose(std::initializer_list<std::string_view> parts) {
    char* const begin = composed_.data() + composed_size_;
    for (const auto part : parts) {
        const auto taken = cut_utf8(part, text_capacity - composed_size_);
        if (!taken.empty()) std::memcpy(composed_.data() + composed_size_, taken.data(), taken.size());
        composed_size_ += taken.size();
    }
    return {begin, static_cast<std::size_t>(composed_.data() + composed_size_ - begin)};
}

const Span& SpanBuilder::finish() {
    // Only now: the pool moves while it grows.
    std::size_t at = 0;
    for (auto& log : span_.logs) {
        log.fields = fields_.data() + at;
        at += log.field_count;
    }
    return span_;
}

}  // namespace ordertrace
