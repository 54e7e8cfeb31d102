#include "steps/step_start.h"

#include <algorithm>
#include <bit>

#include "steps/bytes.h"

namespace ordertrace {
namespace {

// Adding a limit to any of these cannot overflow.
constexpr std::int64_t latest_time = 100'000'000'000'000'000;

template <class From, class To>
bool copy_within(const From& from, std::size_t bound, To& to) {
    bool all = true;
    for (const auto& tag : from) {
        const auto weight = weight_of(tag);
        if (weight > bound) {
            all = false;
            continue;
        }
        bound -= weight;
        to.push_back(tag);
    }
    return all;
}

void encode_tag(const Tag& tag, ByteWriter& out) {
    out.text(tag.key);
    out.u8(static_cast<std::uint8_t>(tag.type));
    switch (tag.type) {
        case Tag::Type::text: return out.text(tag.text);
        case Tag::Type::integer: return out.i64(tag.integer);
        case Tag::Type::real: return out.u64(std::bit_cast<std::uint64_t>(tag.real));
        case Tag::Type::boolean: return out.u8(tag.boolean ? 1 : 0);
    }
}

Tag decode_tag(ByteReader& in) {
    const auto key = in.text();
    switch (in.u8()) {
        case static_cast<std::uint8_t>(Tag::Type::text): return Tag::of_text(key, in.text());
        case static_cast<std::uint8_t>(Tag::Type::integer): return Tag::of_integer(key, in.i64());
        case static_cast<std::uint8_t>(Tag::Type::real): return Tag::of_real(key, std::bit_cast<double>(in.u64()));
        case static_cast<std::uint8_t>(Tag::Type::boolean): return Tag::of_boolean(key, in.u8() != 0);
        default: in.fail(); return {};
    }
}

template <class Tags>
void encode_tags(const Tags& tags, ByteWriter& out) {
    out.varint(tags.size());
    for (const auto& tag : tags) encode_tag(tag, out);
}

template <class Tags>
void decode_tags(ByteReader& in, Tags& tags) {
    tags.clear();
    const auto count = in.varint();
    if (count > tags.capacity()) in.fail();
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) tags.push_back(decode_tag(in));
}

TimePoint decode_time(ByteReader& in) {
    const auto micros = in.i64();
    if (micros < -latest_time || micros > latest_time) in.fail();
    return from_micros(micros);
}

void encode_parent(const std::optional<TraceParent>& parent, ByteWriter& out) {
    out.u8(parent ? 1 : 0);
    if (!parent) return;
    out.u64(parent->trace.high);
    out.u64(parent->trace.low);
    out.u64(parent->span.value);
    out.text(parent->text);
}

std::optional<TraceParent> decode_parent(ByteReader& in) {
    if (in.u8() == 0) return std::nullopt;
    TraceParent parent;
    parent.trace.high = in.u64();
    parent.trace.low = in.u64();
    parent.span.value = in.u64();
    parent.text = in.text();
    return parent;
}

}  // namespace

std::size_t weight_of(const Tag& tag) {
    return tag.key.size() + (tag.type == Tag::Type::text ? tag.text.size() : sizeof tag.integer);
}

std::size_t weight_of(const StepNote& note) {
    auto weight = note.message.size();
    for (const auto& field : note.fields) weight += weight_of(field);
    return weight;
}

StepStart start_of(const Event& event) {
    StepStart start{.name_space = event.name_space,
                    .order = event.order,
                    .system = event.system,
                    .step = event.name,
                    .step_id = event.step_id,
                    .attempt = event.attempt,
                    .attempt_max = event.attempt_max,
                    .start = event.time,
                    .instance = event.instance,
                    .err = event.err,
                    .note = event.note,
                    .trace_parent = event.trace_parent,
                    .tags = {}};
    const bool attributes = copy_within(event.attributes, max_start_attribute_bytes, start.tags);
    const bool remarks = copy_within(event.remarks, max_start_remark_bytes, start.tags);
    const auto truncated = Tag::of_boolean("event.truncated", true);
    if ((!attributes || !remarks) && std::find(start.tags.begin(), start.tags.end(), truncated) == start.tags.end())
        start.tags.push_back(truncated);
    return start;
}

StepNote note_of(const Event& event) {
    StepNote note{.time = event.time, .message = event.note, .fields = {}};
    note.fields.assign(event.attributes.begin(), event.attributes.end());
    note.fields.insert(note.fields.end(), event.remarks.begin(), event.remarks.end());
    return note;
}

void encode(const StepStart& start, std::string& bytes) {
    ByteWriter out{bytes};
    for (const auto text : {start.name_space, start.order, start.system, start.step, start.step_id}) out.text(text);
    out.varint(start.attempt);
    out.varint(start.attempt_max);
    out.i64(to_micros(start.start));
    for (const auto text : {start.instance, start.err, start.note}) out.text(text);
    encode_parent(start.trace_parent, out);
    encode_tags(start.tags, out);
}

bool decode(std::string_view bytes, StepStart& start) {
    ByteReader in{bytes};
    for (auto* text : {&start.name_space, &start.order, &start.system, &start.step, &start.step_id}) *text = in.text();
    start.attempt = static_cast<std::uint32_t>(in.varint());
    start.attempt_max = static_cast<std::uint32_t>(in.varint());
    start.start = decode_time(in);
    for (auto* text : {&start.instance, &start.err, &start.note}) *text = in.text();
    start.trace_parent = decode_parent(in);
    decode_tags(in, start.tags);
    return in.finished();
}

void encode(const StepNote& note, std::string& bytes) {
    ByteWriter out{bytes};
    out.i64(to_micros(note.time));
    out.text(note.message);
    encode_tags(note.fields, out);
}

bool decode_note(std::string_view& bytes, StepNote& note) {
    ByteReader in{bytes};
    note.time = decode_time(in);
    note.message = in.text();
    decode_tags(in, note.fields);
    bytes = in.rest();
    return !in.failed();
}

}  // namespace ordertrace
