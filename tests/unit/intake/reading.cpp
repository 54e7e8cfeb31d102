#include "reading.h"

#include <charconv>

namespace ordertrace {
namespace {

class Description : public EventSink {
public:
    void event(const Event& event) override { add(described(event)); }
    void reject(const Reject& reject) override { add(described(reject)); }
    std::string text;

private:
    void add(const std::string& line) { text += (text.empty() ? "" : "\n") + line; }
};

std::string value_of(const Tag& tag) {
    switch (tag.type) {
        case Tag::Type::text: return "[" + std::string{tag.text} + "]";
        case Tag::Type::integer: return std::to_string(tag.integer);
        case Tag::Type::boolean: return tag.boolean ? "true" : "false";
        case Tag::Type::real: break;
    }
    char digits[64] = {};
    std::to_chars(digits, digits + sizeof digits, tag.real);
    return std::string{digits} + "f";
}

std::string from_now(TimePoint time) {
    const auto distance = (time - test_now).count();
    return (distance < 0 ? "" : "+") + std::to_string(distance);
}

}  // namespace

std::string described(const Event& event) {
    std::string out{name_of(event.verb)};
    const auto text = [&](const char* key, std::string_view value) {
        if (!value.empty()) out += std::string{" "} + key + "=[" + std::string{value} + "]";
    };
    const auto number = [&](const char* key, auto value) {
        out += std::string{" "} + key + "=" + std::to_string(value);
    };
    if (event.demoted) out += "!";
    out += " " + std::string{event.order};
    if (event.name_space != "shop") text("ns", event.name_space);
    if (event.system != "mes") text("sys", event.system);
    text("inst", event.instance);
    text("name", event.name);
    text("id", event.step_id);
    if (event.attempt != 0) number("try", event.attempt);
    if (event.attempt_max != 0) number("of", event.attempt_max);
    if (event.time != test_now) out += " t=" + from_now(event.time);
    const bool is_stretch = event.verb == Verb::span || event.verb == Verb::mark || event.verb == Verb::end;
    const bool end_alone = event.verb == Verb::end && !event.has_start && event.end == event.time;
    if (is_stretch && !end_alone && (event.start != event.time || event.end != event.time + Duration{1}))
        out += " " + from_now(event.start) + ".." + from_now(event.end);
    if (event.verb == Verb::end && event.has_start) out += " started";
    if (event.has_result) out += " res=" + std::string{name_of(event.result)};
    if (event.rc) number("rc", *event.rc);
    if (event.code) number("code", *event.code);
    text("err", event.err);
    text("via", event.via);
    text("msg", event.message_id);
    text("st", event.edge_status);
    if (event.trace_parent) text("tp", event.trace_parent->text);
    if (event.sequence) number("seq", *event.sequence);
    text("note", event.note);
    for (const auto& tag : event.attributes) out += " @" + std::string{tag.key} + "=" + value_of(tag);
    for (const auto& tag : event.remarks) out += " #" + std::string{tag.key} + "=" + value_of(tag);
    return out;
}

std::string described(const Reject& reject) {
    return "reject " + std::string{name_of(reject.reason)} + " at " + std::to_string(reject.offset) + " [" +
           std::string{reject.text} + "]";
}

std::string reading_of(std::string_view datagram, const ReadingSetup& setup) {
    EventReader reader{setup.listener, setup.order, setup.attributes, "mes", "shop"};
    Description description;
    reader.read(datagram, test_now, description);
    return description.text;
}

}  // namespace ordertrace
