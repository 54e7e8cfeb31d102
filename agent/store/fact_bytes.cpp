#include "store/fact_bytes.h"

#include <array>
#include <limits>

#include "steps/bytes.h"

namespace ordertrace {
namespace {

// The bits of the mask. Their numbers are on disk: a new one goes to the end.
constexpr std::array texts{&Fact::system, &Fact::name,    &Fact::status,   &Fact::edge,  &Fact::message,
                           &Fact::via,    &Fact::step_id, &Fact::instance, &Fact::alias, &Fact::note};
constexpr unsigned parent_bit = texts.size();
constexpr unsigned duration_bit = parent_bit + 1;
constexpr unsigned attempt_bit = duration_bit + 1;
constexpr unsigned attempt_max_bit = attempt_bit + 1;
constexpr unsigned given_up_bit = attempt_max_bit + 1;
constexpr unsigned mask_bits = given_up_bit + 1;
constexpr Duration usual_duration{1};

std::uint64_t mask_of(const Fact& fact) {
    std::uint64_t mask = 0;
    const auto set = [&](unsigned bit, bool value) { mask |= std::uint64_t{value} << bit; };
    for (unsigned bit = 0; bit < texts.size(); ++bit) set(bit, !(fact.*texts[bit]).empty());
    set(parent_bit, fact.parent.value != 0);
    set(duration_bit, fact.duration != usual_duration);
    set(attempt_bit, fact.attempt != 0);
    set(attempt_max_bit, fact.attempt_max != 0);
    set(given_up_bit, fact.given_up);
    return mask;
}

void put(ByteWriter& out, std::int64_t number) { out.varint(static_cast<std::uint64_t>(number)); }
std::int64_t take(ByteReader& in) { return static_cast<std::int64_t>(in.varint()); }

std::uint32_t take_small(ByteReader& in) {
    const auto number = in.varint();
    if (number > std::numeric_limits<std::uint32_t>::max()) in.fail();
    return static_cast<std::uint32_t>(number);
}

void take_head(ByteReader& in, Fact& fact) {
    const auto record = in.u8();
    const auto result = in.u8();
    if (record > static_cast<std::uint8_t>(FactRecord::other) || result > static_cast<std::uint8_t>(FactResult::cancel))
        in.fail();
    fact.record = static_cast<FactRecord>(record);
    fact.result = static_cast<FactResult>(result);
}

}  // namespace

void append_bytes(std::string& out, const Fact& fact) {
    ByteWriter writer{out};
    writer.u8(static_cast<std::uint8_t>(fact.record));
    writer.u8(static_cast<std::uint8_t>(fact.result));
    writer.varint(mask_of(fact));
    for (const auto text : texts)
        if (!(fact.*text).empty()) writer.text(fact.*text);
    if (fact.parent.value != 0) writer.u64(fact.parent.value);
    if (fact.duration != usual_duration) put(writer, fact.duration.count());
    if (fact.attempt != 0) writer.varint(fact.attempt);
    if (fact.attempt_max != 0) writer.varint(fact.attempt_max);
}

Result<Fact> fact_from_bytes(SpanId id, TimePoint start, std::string_view bytes) {
    Fact fact;
    fact.id = id;
    fact.start = start;
    ByteReader in{bytes};
    take_head(in, fact);
    const auto mask = in.varint();
    if (mask >> mask_bits != 0) in.fail();
    const auto has = [&](unsigned bit) { return !in.failed() && (mask >> bit & 1U) != 0; };
    for (unsigned bit = 0; bit < texts.size(); ++bit)
        if (has(bit)) fact.*texts[bit] = in.text();
    if (has(parent_bit)) fact.parent.value = in.u64();
    if (has(duration_bit)) fact.duration = Duration{take(in)};
    if (has(attempt_bit)) fact.attempt = take_small(in);
    if (has(attempt_max_bit)) fact.attempt_max = take_small(in);
    fact.given_up = has(given_up_bit);
    if (!in.finished()) return fail("a stored fact is damaged");
    return fact;
}

std::string to_bytes(const Beat& beat) {
    std::string bytes;
    ByteWriter writer{bytes};
    put(writer, to_micros(beat.seen_at));
    for (const auto number : {beat.received, beat.lost, beat.missing, beat.dropped, beat.rejected, beat.system_beats})
        put(writer, number);
    writer.varint(beat.restarts.size());
    for (const auto& restart : beat.restarts) {
        writer.text(restart.instance);
        put(writer, to_micros(restart.at));
    }
    return bytes;
}

Result<Beat> beat_from_bytes(std::string_view bytes) {
    Beat beat;
    ByteReader in{bytes};
    beat.seen_at = from_micros(take(in));
    for (auto* number : {&beat.received, &beat.lost, &beat.missing, &beat.dropped, &beat.rejected, &beat.system_beats})
        *number = take(in);
    for (auto left = in.varint(); left > 0 && !in.failed(); --left) {
        Restart restart{.instance = std::string{in.text()}, .at = {}};
        restart.at = from_micros(take(in));
        beat.restarts.push_back(std::move(restart));
    }
    if (!in.finished()) return fail("a stored beat is damaged");
    return beat;
}

}  // namespace ordertrace
