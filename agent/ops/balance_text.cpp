#include "ops/balance_text.h"

#include <numeric>

#include "ops/agent_snapshot.h"

namespace ordertrace {
namespace {

template <std::size_t N>
std::uint64_t sum(const std::array<std::uint64_t, N>& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0});
}

std::uint64_t became_span(const IntakeCounters& intake) {
    return intake.became[static_cast<std::size_t>(Became::span)];
}

// ` (span 5, end 2)`, or nothing if all are 0.
template <std::size_t N, class NameAt>
std::string parts(const std::array<std::uint64_t, N>& numbers, NameAt name_at) {
    std::string text;
    for (std::size_t i = 0; i < N; ++i) {
        if (numbers[i] == 0) continue;
        text += text.empty() ? " (" : ", ";
        text += name_at(i);
        text += ' ' + std::to_string(numbers[i]);
    }
    return text.empty() ? text : text + ')';
}

template <class Enum>
auto names_of() {
    return [](std::size_t index) { return name_of(static_cast<Enum>(index)); };
}

}  // namespace

std::vector<BalanceIdentity> identities_of(const Balance& balance) {
    const auto& intake = balance.intake;
    std::vector<BalanceIdentity> identities{
        {"received = accepted + rejected", intake.events_received, sum(intake.accepted) + sum(intake.rejected)},
        {"accepted = became", sum(intake.accepted), sum(intake.became)},
        {"recorded = became span + own", intake.recorded, became_span(intake) + sum(intake.own)}};
    for (const auto& to : balance.destinations)
        identities.push_back({to.name + ": recorded = delivered + pending + dropped", intake.recorded,
                              to.delivered + to.pending + sum(to.dropped)});
    return identities;
}

std::string balance_line(const Balance& balance) {
    const auto& intake = balance.intake;
    const auto accepted = [](std::size_t index) { return accepted_labels[index]; };
    const auto number = [](std::uint64_t value) { return std::to_string(value); };

    std::string line = "balance: received " + number(intake.events_received);
    line += " = accepted " + number(sum(intake.accepted)) + parts(intake.accepted, accepted);
    line += " + rejected " + number(sum(intake.rejected)) + parts(intake.rejected, names_of<RejectReason>());
    line += "; accepted " + number(sum(intake.accepted)) + " = became " + number(sum(intake.became)) +
            parts(intake.became, names_of<Became>());
    line += "; recorded " + number(intake.recorded) + " = became span " + number(became_span(intake)) + " + own " +
            number(sum(intake.own)) + parts(intake.own, names_of<OwnRecord>());
    for (const auto& to : balance.destinations)
        line += "; to " + to.name + ": recorded " + number(intake.recorded) + " = delivered " + number(to.delivered) +
                " + pending " + number(to.pending) + " + dropped " + number(sum(to.dropped)) +
                parts(to.dropped, names_of<DropReason>());
    line += "; datagrams " + number(intake.datagrams_received) + ", lost in kernel " +
            number(intake.datagrams_lost_in_kernel) + "; missing " + number(intake.events_missing);
    return line;
}

}  // namespace ordertrace
