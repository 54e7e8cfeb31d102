#include <date/date.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "base/text.h"
#include "cli/meaning_text.h"
#include "cli/reject_text.h"

namespace ordertrace {
namespace {

namespace json = boost::json;

std::string time_text(TimePoint time) { return date::format("%FT%TZ", time); }

json::value text_or_null(const std::string& text) { return text.empty() ? json::value{} : json::value(text); }

json::value value_of(const TagMeaning& tag) {
    if (tag.type == TagMeaning::Type::boolean) return tag.value == "true";
    if (tag.type == TagMeaning::Type::text) return json::value(tag.value);
    std::int64_t whole = 0;
    const auto* end = tag.value.data() + tag.value.size();
    if (std::from_chars(tag.value.data(), end, whole).ptr == end) return whole;
    double real = 0;
    std::from_chars(tag.value.data(), end, real);
    return real;
}

json::object tags_object(const std::vector<TagMeaning>& tags) {
    json::object object;
    for (const auto& tag : tags) object[tag.key] = value_of(tag);
    return object;
}

json::object span_object(const SpanMeaning& span) {
    json::array references;
    for (const auto& [trace, id] : span.references) references.push_back({{"trace_id", trace}, {"span_id", id}});
    json::array logs;
    for (const auto& [time, fields] : span.logs)
        logs.push_back({{"time", time_text(time)}, {"fields", tags_object(fields)}});
    return {{"system", span.system},
            {"name", span.name},
            {"span_id", span.span_id},
            {"parent_id", text_or_null(span.parent_id)},
            {"start", time_text(span.start)},
            {"duration_us", span.duration.count()},
            {"tags", tags_object(span.tags)},
            {"references", references},
            {"logs", logs}};
}

json::object event_object(const EventMeaning& event) {
    json::array spans;
    for (const auto& span : event.spans) spans.push_back(span_object(span));
    return {{"verb", event.verb},
            {"demoted", event.demoted},
            {"order", text_or_null(event.order)},
            {"namespace", event.name_space},
            {"system", event.system},
            {"name", text_or_null(event.name)},
            {"time", time_text(event.time)},
            {"trace_id", text_or_null(event.trace_id)},
            {"step_span_id", text_or_null(event.step_span_id)},
            {"became", name_of(event.became)},
            {"remarks", tags_object(event.remarks)},
            {"spans", spans}};
}

// JSON has to be UTF-8, a rejected line need not be.
std::string shown_line(const std::string& line) {
    if (is_valid_utf8(line)) return line;
    std::string text;
    for (const char c : line) text += static_cast<unsigned char>(c) < 0x80 ? std::string{c} : "\xEF\xBF\xBD";
    return text;
}

json::object reject_object(const RejectMeaning& reject) {
    return {{"reason", name_of(reject.reason)},
            {"explanation", explanation(reject.reason)},
            {"line", shown_line(reject.line)},
            {"offset", reject.offset}};
}

}  // namespace

std::string meaning_json(const Meaning& meaning) {
    const auto object = meaning.event ? json::object{{"event", event_object(*meaning.event)}}
                                      : json::object{{"reject", reject_object(*meaning.reject)}};
    return json::serialize(object) + '\n';
}

}  // namespace ordertrace
