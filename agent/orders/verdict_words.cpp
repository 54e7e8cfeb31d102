#include <array>
#include <utility>

#include "orders/verdict.h"

namespace ordertrace {
namespace {

constexpr std::array<std::pair<VerdictKind, std::string_view>, 11> words{{
    {VerdictKind::unknown, "unknown"},
    {VerdictKind::failed, "failed"},
    {VerdictKind::died_inside, "died_inside"},
    {VerdictKind::not_sent, "not_sent"},
    {VerdictKind::in_transit, "in_transit"},
    {VerdictKind::received_not_applied, "received_not_applied"},
    {VerdictKind::running, "running"},
    {VerdictKind::late, "late"},
    {VerdictKind::finished, "finished"},
    {VerdictKind::on_time, "on_time"},
    {VerdictKind::blind, "blind"},
}};

}  // namespace

std::string_view word_for(VerdictKind kind) {
    for (const auto& [known, word] : words)
        if (known == kind) return word;
    return "unknown";
}

std::optional<VerdictKind> verdict_kind(std::string_view word) {
    for (const auto& [kind, known] : words)
        if (known == word) return kind;
    return std::nullopt;
}

bool Verdict::stuck() const {
    switch (kind) {
        case VerdictKind::failed:
        case VerdictKind::died_inside:
        case VerdictKind::not_sent:
        case VerdictKind::in_transit:
        case VerdictKind::received_not_applied:
        case VerdictKind::late:
        case VerdictKind::blind: return true;
        case VerdictKind::running: return overdue;
        case VerdictKind::unknown:
        case VerdictKind::finished:
        case VerdictKind::on_time: return false;
    }
    return false;
}

}  // namespace ordertrace
