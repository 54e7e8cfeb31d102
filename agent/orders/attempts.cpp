#include "orders/attempts.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace ordertrace {
namespace {

bool is_attempt(const Fact& fact) {
    return fact.record == FactRecord::step || (fact.record == FactRecord::abandoned && fact.given_up);
}

FactResult result_of(const Fact& attempt) {
    return attempt.record == FactRecord::abandoned ? FactResult::timeout : attempt.result;
}

bool has_failed(const Fact& attempt) {
    const auto result = result_of(attempt);
    return result == FactResult::fail || result == FactResult::timeout;
}

auto step_of(const Fact& attempt) {
    return std::make_tuple(std::string_view{attempt.system}, std::string_view{attempt.name});
}

// Of attempts that ended together without a `try` to tell them apart the better one counts.
auto order_of(const Fact& attempt) {
    return std::make_tuple(std::string_view{attempt.system}, std::string_view{attempt.name}, attempt.end(),
                           attempt.attempt, !has_failed(attempt), attempt.id);
}

bool may_be_retried(const Fact& attempt) { return attempt.attempt > 0 && attempt.attempt < attempt.attempt_max; }

void tell_failure(const Fact& attempt, Duration limit, Verdict& verdict) {
    verdict.kind = VerdictKind::failed;
    verdict.since = attempt.end();
    verdict.limit = limit;
    verdict.deadline = attempt.end() + limit;
    verdict.overdue = true;
    verdict.system = attempt.system;
    verdict.step = attempt.name;
    verdict.attempt = attempt.attempt;
    verdict.attempt_max = attempt.attempt_max;
    verdict.result = result_of(attempt);
    verdict.note = attempt.note;
    verdict.to_act = attempt.system;
    verdict.grounds = {attempt.id};
}

}  // namespace

std::vector<const Fact*> latest_attempts(const Judging& judging) {
    std::vector<const Fact*> attempts;
    for (const auto* fact : judging.facts())
        if (is_attempt(*fact) && !judging.is_ignored(fact->name)) attempts.push_back(fact);
    std::sort(attempts.begin(), attempts.end(),
              [](const Fact* a, const Fact* b) { return order_of(*a) < order_of(*b); });
    std::vector<const Fact*> latest;
    for (const auto* attempt : attempts) {
        if (!latest.empty() && step_of(*latest.back()) == step_of(*attempt))
            latest.back() = attempt;
        else
            latest.push_back(attempt);
    }
    return latest;
}

bool is_tried_again(const Fact& attempt, const std::vector<OpenStep>& open) {
    return std::any_of(open.begin(), open.end(), [&attempt](const OpenStep& step) {
        return step.system == attempt.system && step.name == attempt.name &&
               (step.start >= attempt.end() || step.attempt > attempt.attempt);
    });
}

bool judge_failed(Judging& judging, const std::vector<const Fact*>& latest, const std::vector<OpenStep>& open,
                  Verdict& verdict) {
    const Fact* worst = nullptr;
    Duration limit_of_worst{};
    for (const auto* attempt : latest) {
        if (!has_failed(*attempt)) continue;
        // Once the order reached a later stage, neither a failure nor a step begun before says anything of it.
        const bool is_given_up = attempt->record == FactRecord::abandoned;
        if (!judging.is_in_stay(attempt->system, is_given_up ? attempt->start : attempt->end())) continue;
        const bool waits = may_be_retried(*attempt);
        if (waits && is_tried_again(*attempt, open)) continue;
        const auto limit = waits ? judging.lifecycle().retry_within : Duration{0};
        if (waits && !judging.has_come(attempt->end() + limit)) continue;
        if (worst != nullptr && attempt->end() + limit >= worst->end() + limit_of_worst) continue;
        worst = attempt;
        limit_of_worst = limit;
    }
    if (worst == nullptr) return false;
    tell_failure(*worst, limit_of_worst, verdict);
    return true;
}

}  // namespace ordertrace
