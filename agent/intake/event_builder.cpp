#include "intake/event_builder.h"

#include <algorithm>

#include "base/text.h"
#include "intake/attribute_names.h"
#include "intake/datagram_lines.h"
#include "intake/numbers.h"
#include "intake/outcome.h"
#include "intake/trace_parent.h"

namespace ordertrace {
namespace {

constexpr std::string_view order_system = "order";

// The configured spelling of `claim`, empty if it is not listed.
std::string_view listed(const std::vector<std::string>& names, std::string_view claim) {
    const auto at =
        std::find_if(names.begin(), names.end(), [&](auto& name) { return equals_ignore_case(name, claim); });
    return at == names.end() ? std::string_view{} : *at;
}

}  // namespace

EventBuilder::EventBuilder(const ListenerSettings& listener, std::string system, std::string name_space, bool loopback,
                           TextArena& arena)
    : system_{std::move(system)},
      name_space_{std::move(name_space)},
      systems_{listener.systems},
      namespaces_{listener.namespaces},
      timezone_{listener.timezone},
      loopback_{loopback},
      arena_{arena},
      text_{arena},
      order_ids_{OrderSettings{}},
      redactor_{AttributeSettings{}} {}

void EventBuilder::configure(const OrderSettings& order, const AttributeSettings& attributes) {
    order_ids_ = OrderIds{order};
    redactor_ = Redactor{attributes};
}

tl::expected<const Event*, RejectReason> EventBuilder::build(RawEvent& raw, const EventSource& source, TimePoint now) {
    Event fresh;  // not Event{}: that would clear the room for 74 tags each time
    event_ = fresh;
    left_out_ = false;
    text_.begin(source.charset, source.plain);
    const auto verb = find_verb(raw.verb);
    if (!verb) return tl::unexpected(RejectReason::verb);
    event_.verb = *verb;
    if (!read_order(raw)) return tl::unexpected(RejectReason::order);
    if (event_.order.size() > OrderIds::max_size) return tl::unexpected(RejectReason::order_long);

    const auto required = required_key(*verb);
    event_.demoted = *verb == Verb::other || (required && raw.text(*required).empty()) ||
                     (*verb == Verb::note && source.note.empty());
    keys_ = keys_of(*verb, event_.demoted);
    EventTimes times{raw, zones_, timezone_, now};
    times.fill(event_, keys_);
    read_names(raw);
    read_numbers(raw);
    read_outcome(raw);
    event_.note = text_.note(source.note, redactor_);
    read_extras(raw);
    read_claims(raw);
    add_remarks(raw, source, times);
    return &event_;
}

bool EventBuilder::read_order(const RawEvent& raw) {
    event_.order = unless_absent(order_ids_.normalise(text_.id(raw.order), arena_));
    return !event_.order.empty() || (event_.verb == Verb::beat && unless_absent(raw.order).empty());
}

void EventBuilder::read_claims(const RawEvent& raw) {
    event_.system = system_;
    event_.name_space = name_space_;
    if (const auto claim = raw.text(Key::sys); !claim.empty()) {
        const bool of_order = equals_ignore_case(claim, order_system);
        const bool as_mark = event_.verb == Verb::mark && !event_.demoted;
        const auto believed = listed(systems_, claim);
        if (of_order && as_mark && (loopback_ || !believed.empty()))
            event_.system = order_system;
        else if (!of_order && !believed.empty())
            event_.system = believed;
        else if (!equals_ignore_case(claim, system_))
            remark_text("system.claimed", text_.name(claim));
    }
    if (const auto claim = raw.text(Key::ns); !claim.empty()) {
        const auto believed = listed(namespaces_, claim);
        if (!believed.empty())
            event_.name_space = believed;
        else if (!equals_ignore_case(claim, name_space_))
            remark_text("order.namespace.claimed", text_.name(claim));
    }
}

void EventBuilder::read_names(RawEvent& raw) {
    const auto name = [&](Key key) { return reads(key) ? text_.name(raw.text(key)) : std::string_view{}; };
    event_.instance = name(Key::inst);
    event_.step_id = name(Key::id);
    event_.via = name(Key::via);
    event_.message_id = name(Key::msg);
    if (const auto required = required_key(event_.verb); required && !event_.demoted)
        event_.name = name(*required);
    else if (event_.verb == Verb::note)
        event_.name = name(Key::step);
    if (event_.verb == Verb::sent || event_.verb == Verb::recv) event_.edge_status = name(Key::st);
    if (reads(Key::err)) event_.err = text_.prose(raw.text(Key::err), redactor_);
}

void EventBuilder::read_numbers(RawEvent& raw) {
    const auto read = [&](Key key, auto parse, auto& into) {
        const auto text = reads(key) ? raw.text(key) : std::string_view{};
        if (text.empty()) return;
        if (const auto value = parse(text))
            into = *value;
        else
            raw.put_aside(key);
    };
    read(Key::attempt, parse_attempt, event_.attempt);
    read(Key::attempt_max, parse_attempt, event_.attempt_max);
    read(Key::seq, parse_sequence, event_.sequence);
    read(Key::rc, parse_integer, event_.rc);
    read(Key::code, parse_integer, event_.code);
    read(Key::tp, parse_trace_parent, event_.trace_parent);
}

// By res, else rc, else code.
void EventBuilder::read_outcome(RawEvent& raw) {
    const auto word = reads(Key::res) ? raw.text(Key::res) : std::string_view{};
    event_.has_result = !word.empty() || event_.rc || event_.code;
    if (!word.empty()) {
        const auto result = find_result(word);
        event_.result = result.value_or(StepResult::fail);
        if (!result) raw.put_aside(Key::res);
    } else if (event_.rc) {
        event_.result = *event_.rc == 0 ? StepResult::ok : StepResult::fail;
    } else if (event_.code) {
        event_.result = *event_.code >= first_failing_code ? StepResult::fail : StepResult::ok;
    }
}

void EventBuilder::read_extras(RawEvent& raw) {
    for (const auto& extra : raw.extras)
        if (!extra.value.text.empty()) read_extra(raw, extra);
    for (auto useless = raw.given.without(keys_); !useless.empty(); useless.remove_first()) {
        const auto key = useless.first();
        if (!raw.text(key).empty()) add_plain_key(name_of(key), raw.text(key));
    }
}

bool EventBuilder::has_room() {
    const bool room = event_.attributes.size() < Event::max_attributes;
    left_out_ = left_out_ || !room;
    return room;
}

void EventBuilder::add_plain_key(std::string_view name, std::string_view text) {
    const auto key = ext_key(name, arena_);
    if (redactor_.allows(key) && has_room())
        event_.attributes.push_back(Tag::of_text(key, text_.value(text, redactor_)));
}

void EventBuilder::read_extra(RawEvent& raw, const RawExtra& extra) {
    using Type = RawExtra::Type;
    if (extra.type == Type::plain_key) return add_plain_key(extra.name, extra.value.text);
    const bool reserved = is_reserved_attribute(extra.name);
    const auto key = reserved ? ext_attribute(extra.name, arena_) : extra.name;
    if (!redactor_.allows(key)) return;
    const auto text = extra.value.text;
    Tag tag = Tag::of_text(key, {});
    const auto type = reserved ? Type::text : extra.type;
    bool readable = type != Type::unknown;
    const auto take = [&](const auto& value, auto make) {
        readable = value.has_value();
        if (readable) tag = make(key, *value);
    };
    if (type == Type::integer) take(parse_integer(text), Tag::of_integer);
    if (type == Type::real) take(parse_real(text), Tag::of_real);
    if (type == Type::boolean) take(parse_boolean(text), Tag::of_boolean);
    if (!readable) return raw.add_rest({extra.value.place, extra.written, text});
    if (!has_room()) return;
    if (type == Type::text) tag.text = text_.value(text, redactor_);
    event_.attributes.push_back(tag);
}

void EventBuilder::add_remarks(RawEvent& raw, const EventSource& source, const EventTimes& times) {
    if (event_.demoted) remark_text("event.verb", lower_ascii(raw.verb, arena_));
    if (!raw.rest.empty()) remark_text("event.rest", rest_of(raw));
    if (!source.charset_name.empty()) remark_text("text.charset", source.charset_name);
    if (!times.replaced().empty()) remark_text("time.raw", text_.name(joined(times.replaced()), max_attribute));
    if (times.fixed()) remark(Tag::of_boolean("time.fixed", true));
    if (source.truncated || raw.truncated || left_out_ || text_.cut() || arena_.overflowed())
        remark(Tag::of_boolean("event.truncated", true));
}

std::string_view EventBuilder::joined(const EventTimes::Texts& texts) {
    ArenaText out{arena_};
    for (const auto text : texts) {
        if (out.size() > 0) out.add(' ');
        out.add(text);
    }
    return out.view();
}

std::string_view EventBuilder::rest_of(RawEvent& raw) {
    std::sort(raw.rest.begin(), raw.rest.end(), [](auto& a, auto& b) { return a.place < b.place; });
    ArenaText out{arena_};
    for (const auto& piece : raw.rest) {
        if (out.size() > 0) out.add(' ');
        out.add(piece.key);
        if (!piece.key.empty()) out.add('=');
        out.add(piece.text);
    }
    return text_.value(out.view(), redactor_, max_line);
}

}  // namespace ordertrace
