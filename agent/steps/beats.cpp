#include "steps/beats.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace ordertrace {
namespace {

// A loss is told within 10 s: this long it waits for more of its kind, a tick or two see it and tell it.
constexpr Duration loss_patience = std::chrono::seconds{5};
constexpr std::size_t date_size = 10;

std::int64_t as_long(std::uint64_t value) {
    constexpr auto max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(value, max));
}

// Totals only grow; one that fell was begun anew and tells nothing.
std::uint64_t since(std::uint64_t then, std::uint64_t now) { return now > then ? now - then : 0; }

std::uint64_t dropped_by(const AgentTotals& totals, std::string_view destination) {
    for (const auto& [name, count] : totals.dropped)
        if (name == destination) return count;
    return 0;
}

// YYYY-MM-DD in UTC.
std::array<char, date_size> date_of(TimePoint time) {
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
    std::array<char, date_size> text{};
    auto put = [&](std::size_t at, std::size_t digits, unsigned value) {
        for (; digits > 0; value /= 10) text[at + --digits] = static_cast<char>('0' + value % 10);
    };
    put(0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    put(5, 2, static_cast<unsigned>(date.month()));
    put(8, 2, static_cast<unsigned>(date.day()));
    text[4] = text[7] = '-';
    return text;
}

}  // namespace

BeatKeeper::BeatKeeper(BeatIdentity identity, IdMaker& ids, SystemLedger& ledger)
    : identity_{std::move(identity)}, ids_{ids}, ledger_{ledger}, last_{identity_.process_start} {
    ledger_.place_of(identity_.system);
}

void BeatKeeper::begin(const AgentTotals& totals) {
    at_start_ = totals;
    losses_told_ = losses(totals);
}

void BeatKeeper::tick(TimePoint now, const AgentTotals& totals, StepSink& sink) {
    if (!at_start_) begin(totals);
    if (every_ <= Duration::zero()) return;
    if (!loss_due_ && losses(totals) > losses_told_) loss_due_ = now + loss_patience;
    if (now >= *next_due()) beat_all(now, totals, sink);
}

void BeatKeeper::farewell(TimePoint now, const AgentTotals& totals, StepSink& sink) {
    if (!at_start_) begin(totals);
    if (every_ > Duration::zero()) beat_all(now, totals, sink);
}

std::optional<TimePoint> BeatKeeper::next_due() const {
    if (every_ <= Duration::zero()) return std::nullopt;
    const auto regular = last_ + every_;
    return loss_due_ ? std::min(*loss_due_, regular) : regular;
}

void BeatKeeper::beat_all(TimePoint now, const AgentTotals& totals, StepSink& sink) {
    const auto systems = ledger_.size();
    while (told_.size() < systems) told_.push_back({.time = identity_.process_start, .totals = *at_start_});
    for (std::size_t place = 0; place < systems; ++place) {
        if (ledger_.name(place) == "order") continue;
        sink.span(beat(place, told_[place], now, totals), SpanOrigin::beat);
        const auto& account = ledger_.account(place);
        told_[place] = {std::max(now, told_[place].time), account.events, account.beats, account.missing, totals};
        ledger_.forget_restarts(place);
    }
    last_ = std::max(now, last_);
    losses_told_ = losses(totals);
    loss_due_.reset();
}

const Span& BeatKeeper::beat(std::size_t place, const Told& told, TimePoint now, const AgentTotals& totals) {
    const auto& account = ledger_.account(place);
    const auto lost =
        since(told.totals.lost_in_kernel, totals.lost_in_kernel) + since(told.totals.lost_to_all, totals.lost_to_all);
    const auto missing = since(told.missing, account.missing);
    begin_span(ledger_.name(place), told.time, now);
    if (lost > 0 || missing > 0) builder_.failed("fail");
    builder_.integer("agent.received", as_long(since(told.events, account.events)));
    builder_.integer("agent.lost", as_long(lost));
    for (const auto& [destination, dropped] : totals.dropped)
        builder_.integer(builder_.compose({"agent.dropped.", destination}),
                         as_long(since(dropped_by(told.totals, destination), dropped)));
    builder_.integer("agent.rejected", as_long(since(told.totals.rejected, totals.rejected)));
    builder_.integer("agent.missing", as_long(missing));
    builder_.integer("system.beats", as_long(since(told.beats, account.beats)));
    restarts(account.restarts);
    if (ledger_.seen(place) != TimePoint{}) builder_.integer("system.seen_at", to_micros(ledger_.seen(place)));
    return builder_.finish();
}

const Span& BeatKeeper::probe(const AgentTotals& totals) {
    begin_span(identity_.system, identity_.process_start, identity_.process_start);
    builder_.integer("agent.received", 0);
    builder_.integer("agent.lost", 0);
    for (const auto& [destination, dropped] : totals.dropped)
        builder_.integer(builder_.compose({"agent.dropped.", destination}), 0);
    for (const auto* key : {"agent.rejected", "agent.missing", "system.beats"}) builder_.integer(key, 0);
    return builder_.finish();
}

void BeatKeeper::begin_span(std::string_view system, TimePoint start, TimePoint end) {
    const auto date = date_of(start);
    std::string order{"-/"};
    order.append(system).append("/").append(identity_.host_name).append("/").append(date.data(), date.size());
    builder_.begin({.record = "beat",
                    .system = system,
                    .name_space = {},
                    .order = {},
                    .trace = ids_.trace_id(identity_.name_space, order),
                    .id = ids_.span_id(IdKind::beat, identity_.name_space, order, system, identity_.host_name,
                                       time_mark({}, start).view()),
                    .start = start,
                    .duration = end - start});
    builder_.name("beat");
}

void BeatKeeper::restarts(const std::vector<SenderRestart>& restarts) {
    restarts_.clear();
    for (const auto& restart : restarts) {
        if (!restarts_.empty()) restarts_.push_back(' ');
        // A blank parts the entries, so it cannot stand in a name.
        for (const char c : restart.instance) restarts_.push_back(c == ' ' ? '_' : c);
        restarts_.append("=").append(std::to_string(to_micros(restart.time)));
    }
    builder_.text("system.restarted", restarts_);
}

std::uint64_t BeatKeeper::losses(const AgentTotals& totals) const {
    auto sum = totals.lost_in_kernel + totals.lost_to_all + ledger_.missing_total();
    for (const auto& [destination, dropped] : totals.dropped) sum += dropped;
    return sum;
}

}  // namespace ordertrace
