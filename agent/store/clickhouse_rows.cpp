#include "store/clickhouse_rows.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace ordertrace {
namespace {

constexpr std::int64_t last_micros = 253'402'300'799'999'999;  // the end of the year 9999
constexpr std::size_t max_restarts = 16;

std::int64_t bounded(std::int64_t micros) { return std::clamp<std::int64_t>(micros, 0, last_micros); }

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

// "inst=µs inst=µs"; what is no such pair is left out.
std::vector<Restart> restarts_of(std::string_view text) {
    std::vector<Restart> restarts;
    while (!text.empty() && restarts.size() < max_restarts) {
        const auto pair = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        const auto equals = pair.rfind('=');
        if (equals == std::string_view::npos) continue;
        std::int64_t micros = 0;
        const auto* end = pair.data() + pair.size();
        const auto [rest, error] = std::from_chars(pair.data() + equals + 1, end, micros);
        if (error == std::errc{} && rest == end)
            restarts.push_back({.instance = std::string{pair.substr(0, equals)}, .at = from_micros(bounded(micros))});
    }
    return restarts;
}

}  // namespace

Fact read_fact(RowReader& row) {
    Fact fact;
    fact.id = {row.u64()};
    fact.parent = {row.u64()};
    fact.record = record_of(row.text());
    fact.result = result_of(row.text());
    fact.start = from_micros(bounded(row.i64()));
    fact.duration = Duration{bounded(row.i64())};
    for (auto* text : {&fact.system, &fact.name, &fact.status, &fact.edge, &fact.message, &fact.via, &fact.step_id,
                       &fact.instance, &fact.alias, &fact.note})
        *text = row.text();
    fact.attempt = row.u32();
    fact.attempt_max = row.u32();
    fact.given_up = row.u8() != 0;
    return fact;
}

Beat read_beat(RowReader& row) {
    Beat beat;
    beat.host = row.text();
    for (auto* time : {&beat.start, &beat.end, &beat.seen_at}) *time = from_micros(bounded(row.i64()));
    for (auto* number : {&beat.received, &beat.lost, &beat.missing, &beat.dropped, &beat.rejected, &beat.system_beats})
        *number = std::max<std::int64_t>(row.i64(), 0);
    beat.restarts = restarts_of(row.text());
    return beat;
}

}  // namespace ordertrace
