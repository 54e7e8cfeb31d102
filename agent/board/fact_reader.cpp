#include "board/fact_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "base/text.h"

namespace ordertrace {
namespace {

constexpr std::string_view replacement = "\uFFFD";

// Up to the end of the year 9999, so that sums stay far from overflowing.
constexpr std::int64_t last_micros = 253'402'300'799'999'999;

std::string replace_unreadable(std::string_view text) {
    std::string clean;
    while (!text.empty()) {
        std::size_t size = 1;
        while (size <= std::min<std::size_t>(4, text.size()) && !is_valid_utf8(text.substr(0, size))) ++size;
        const bool readable = size <= std::min<std::size_t>(4, text.size()) && text[0] != '\0';
        clean += readable ? text.substr(0, size) : replacement;
        text.remove_prefix(readable ? size : 1);
    }
    return clean;
}

bool is_clean(std::string_view text) { return text.find('\0') == std::string_view::npos && is_valid_utf8(text); }

// The cut comes first, so that a long text is not read to its end; a character it tore becomes a U+FFFD at most.
std::string kept(std::string_view text, std::size_t limit = FactTexts::name) {
    const auto cut = cut_utf8(text, limit);
    if (is_clean(cut)) return std::string{cut};
    return std::string{cut_utf8(replace_unreadable(cut), limit)};
}

TimePoint bounded(TimePoint time) { return from_micros(std::clamp<std::int64_t>(to_micros(time), 0, last_micros)); }

Duration bounded(Duration duration) { return Duration{std::clamp<std::int64_t>(duration.count(), 0, last_micros)}; }

template <class Word, std::size_t size>
Word word_of(const std::array<std::string_view, size>& words, std::string_view text, Word otherwise) {
    const auto found = std::find(words.begin(), words.end(), text);
    return found == words.end() ? otherwise : static_cast<Word>(found - words.begin());
}

FactRecord record_of(std::string_view text) {
    static constexpr std::array<std::string_view, 11> words{
        "step", "started", "overdue", "abandoned", "status", "sent", "received", "mark", "note", "alias", "title"};
    return word_of(words, text, FactRecord::other);
}

FactResult result_of(std::string_view text) {
    static constexpr std::array<std::string_view, 6> words{"", "ok", "fail", "timeout", "skip", "cancel"};
    return word_of(words, text, FactResult::none);
}

std::uint32_t count_of(const std::vector<ReceivedTag>& tags, std::string_view key) {
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(integer_tag(tags, key), 0, most));
}

std::string_view note_of(const ReceivedSpan& span) {
    const auto description = text_tag(span.tags, "otel.status_description");
    if (!description.empty() || span.logs.empty()) return description;
    return text_tag(span.logs.front().fields, "message");
}

Fact to_fact(const std::string& system, FactRecord record, const ReceivedSpan& span) {
    const auto text = [&](std::string_view key) { return kept(text_tag(span.tags, key)); };
    const bool hand_off = record == FactRecord::sent || record == FactRecord::received;
    return {.id = span.id,
            .parent = span.parent,
            .record = record,
            .result = result_of(text_tag(span.tags, "order.result")),
            .start = bounded(span.start),
            .duration = bounded(span.duration),
            .system = system,
            .name = kept(span.name, FactTexts::span_name),
            .status = text(hand_off ? "order.edge.status" : "order.status"),
            .edge = kept(text_tag(span.tags, "order.edge"), FactTexts::edge),
            .message = text("messaging.message.id"),
            .via = text("messaging.destination.name"),
            .step_id = text("step.id"),
            .instance = text("service.instance.id"),
            .alias = text("order.alias"),
            .note = kept(note_of(span), FactTexts::note),
            .attempt = count_of(span.tags, "attempt"),
            .attempt_max = count_of(span.tags, "attempt.max"),
            .given_up = record == FactRecord::abandoned && text_tag(span.tags, "abandoned.reason") == "limit"};
}

// "inst=µs inst=µs"; what is no such pair is left out.
std::vector<Restart> restarts_of(std::string_view text) {
    std::vector<Restart> restarts;
    while (!text.empty() && restarts.size() < FactTexts::restarts) {
        const auto pair = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        const auto equals = pair.rfind('=');
        if (equals == std::string_view::npos) continue;
        std::int64_t micros = 0;
        const auto* end = pair.data() + pair.size();
        const auto [rest, error] = std::from_chars(pair.data() + equals + 1, end, micros);
        if (error == std::errc{} && rest == end)
            restarts.push_back({.instance = kept(pair.substr(0, equals)), .at = bounded(from_micros(micros))});
    }
    return restarts;
}

}  // namespace

FactBatch FactReader::read(const ReceivedBatch& batch) const {
    FactBatch out;
    out.facts.reserve(batch.spans.size());
    const auto system = kept(batch.service);
    const auto host = kept(batch.host);
    for (const auto& span : batch.spans) read_one(system, host, span, out);
    return out;
}

void FactReader::read_one(const std::string& system, const std::string& host, const ReceivedSpan& span,
                          FactBatch& out) const {
    const auto record = text_tag(span.tags, "order.record");
    if (record == "beat") {
        // An agent's probe lasts 1 µs and says nothing.
        if (span.duration > Duration{1}) out.beats.emplace_back(system, to_beat(host, span));
        return;
    }
    const auto id = text_tag(span.tags, "order.id");
    if (id.empty() || id.size() > FactTexts::order) {
        ++out.without_order;
    } else if (text_tag(span.tags, "order.namespace") != name_space_) {
        ++out.other_namespace;
    } else {
        out.facts.push_back({.order = kept(id, FactTexts::order), .fact = to_fact(system, record_of(record), span)});
    }
}

Beat FactReader::to_beat(const std::string& host, const ReceivedSpan& span) const {
    const auto number = [&](std::string_view key) { return std::max<std::int64_t>(integer_tag(span.tags, key), 0); };
    const auto start = bounded(span.start);
    return {.host = host,
            .start = start,
            .end = start + bounded(span.duration),
            .seen_at = bounded(from_micros(number("system.seen_at"))),
            .received = number("agent.received"),
            .lost = number("agent.lost"),
            .missing = number("agent.missing"),
            .dropped = number(dropped_tag_),
            .rejected = number("agent.rejected"),
            .system_beats = number("system.beats"),
            .restarts = restarts_of(text_tag(span.tags, "system.restarted"))};
}

}  // namespace ordertrace
