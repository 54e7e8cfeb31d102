#include "orders/verdict.h"

#include "orders/attempts.h"
#include "orders/blindness.h"
#include "orders/judging.h"
#include "orders/open_steps_of.h"
#include "orders/reaching.h"

namespace ordertrace {
namespace {

std::string_view setter_of(const Lifecycle& lifecycle, const std::vector<std::string>& next) {
    const auto* stage = next.empty() ? nullptr : lifecycle.find_stage(next.front());
    return stage == nullptr ? std::string_view{} : std::string_view{stage->set_by};
}

// Where the order is, as if nothing were wrong. Before its first status the lifecycle's first stage is waited for.
Verdict place_of(const Judging& judging) {
    Verdict verdict;
    verdict.kind = VerdictKind::on_time;
    if (const auto* stage = judging.stage()) {
        const auto& stay = *judging.stay();
        verdict.stage = stage->name;
        verdict.stage_since = stay.since;
        verdict.system = stage->set_by.empty() ? stay.system : stage->set_by;
        verdict.expected_next = stage->next;
        verdict.grounds = {stay.begun_by};
    } else {
        verdict.stage_since = judging.facts().front()->start;
        if (!judging.lifecycle().stages.empty()) verdict.expected_next = {judging.lifecycle().stages.front().name};
    }
    verdict.since = verdict.stage_since;
    verdict.to_act = setter_of(judging.lifecycle(), verdict.expected_next);
    return verdict;
}

// In a terminal stage nothing is waited for. The limit is told on_time too.
bool judge_late(Judging& judging, Verdict& verdict) {
    const auto* stage = judging.stage();
    if (stage == nullptr || !stage->within || stage->terminal) return false;
    const auto deadline = judging.lifecycle().deadline(verdict.since, *stage->within);
    verdict.limit = stage->within->length;
    verdict.business = stage->within->business;
    if (deadline != TimePoint::max()) verdict.deadline = deadline;
    if (!judging.has_come(deadline)) return false;
    verdict.kind = VerdictKind::late;
    verdict.overdue = true;
    if (!verdict.to_act.empty() && is_blind(judging, verdict.to_act, verdict.since, deadline)) {
        verdict.blinded = verdict.kind;
        verdict.kind = VerdictKind::blind;
    }
    return true;
}

// Each rule speaks only if those before it did not.
void apply_rules(Judging& judging, Verdict& verdict) {
    auto open = open_steps_of(judging);
    const auto latest = latest_attempts(judging);
    if (judge_failed(judging, latest, open, verdict)) return;
    add_given_up(latest, open);
    keep_those_in_stay(judging, open);
    if (judge_died_inside(judging, open, verdict)) return;
    const auto reaching = reaching_of(judging);
    if (judge_hand_offs(judging, reaching, verdict) || judge_running(judging, open, verdict)) return;
    if (judge_late(judging, verdict)) return;
    judge_finished(judging, reaching, verdict);
}

}  // namespace

Verdict judge(const Lifecycle& lifecycle, const OrderFacts& order, const SystemLives& systems, TimePoint now,
              const JudgeSettings& settings) {
    if (order.facts.empty()) return {};
    Judging judging{lifecycle, order, systems, now, settings};
    auto verdict = place_of(judging);
    apply_rules(judging, verdict);
    judging.finish(verdict);
    return verdict;
}

}  // namespace ordertrace
