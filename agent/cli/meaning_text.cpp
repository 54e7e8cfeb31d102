#include "cli/meaning_text.h"

#include <date/date.h>

#include "cli/reject_text.h"
#include "emit/event_line.h"

namespace ordertrace {
namespace {

std::string time_text(TimePoint time) { return date::format("%FT%TZ", time); }

std::string_view became_text(const EventMeaning& event) {
    switch (event.became) {
        case Became::span: return event.spans.empty() ? "nothing" : "written as it is shown here";
        case Became::opened: return "an open step; its end completes the span";
        case Became::attached: return "a log on the open step above";
        case Became::seen: return "a sign of life of its system, no span of its own";
        case Became::duplicate: return "nothing: it was already said";
        case Became::refused: return "nothing: too many steps are open";
    }
    return "";
}

std::string field(std::string_view name, const std::string& value) {
    std::string text = "  ";
    text += name;
    text.resize(12, ' ');
    return text + value + '\n';
}

std::string tag_text(const TagMeaning& tag) {
    return line_value(tag.key) + " = " + (tag.type == TagMeaning::Type::text ? line_value(tag.value) : tag.value);
}

std::string span_text(const SpanMeaning& span) {
    auto text = field("span", line_value(span.name) + "  " + span.span_id);
    text += field("  of", line_value(span.system));
    text += field("  from", time_text(span.start) + " for " + std::to_string(span.duration.count()) + " us");
    if (!span.parent_id.empty()) text += field("  parent", span.parent_id);
    for (const auto& [trace, id] : span.references) text += field("  follows", "span " + id + " of trace " + trace);
    for (const auto& tag : span.tags) text += field("  tag", tag_text(tag));
    for (const auto& [time, fields] : span.logs)
        for (const auto& tag : fields) text += field("  log", time_text(time) + "  " + tag_text(tag));
    return text;
}

std::string event_text(const EventMeaning& event) {
    auto text = event.verb + (event.name.empty() ? "" : ' ' + line_value(event.name));
    text += event.order.empty() ? "" : " of order " + line_value(event.order);
    text += event.demoted ? " (kept as a note: the verb is unknown, or lacks what it must have)\n" : "\n";
    if (!event.trace_id.empty()) text += field("trace", event.trace_id);
    text += field("namespace", line_value(event.name_space));
    text += field("system", line_value(event.system));
    text += field("time", time_text(event.time));
    for (const auto& remark : event.remarks) text += field("remark", tag_text(remark));
    text += field("becomes", std::string{became_text(event)});
    if (!event.step_span_id.empty()) text += field("span", line_value(event.name) + "  " + event.step_span_id);
    for (const auto& span : event.spans) text += span_text(span);
    return text;
}

}  // namespace

std::string meaning_text(const Meaning& meaning) {
    return meaning.event ? event_text(*meaning.event) : reject_text(*meaning.reject);
}

}  // namespace ordertrace
