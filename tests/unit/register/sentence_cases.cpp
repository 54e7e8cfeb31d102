#include "unit/register/sentence_cases.h"

namespace ordertrace::test {
namespace {

Verdict verdict_of(VerdictKind kind) {
    Verdict verdict;
    verdict.kind = kind;
    verdict.stage = "PRICE_CALCULATED";
    verdict.stage_since = t0;
    verdict.since = t0;
    verdict.system = "mes";
    verdict.to_act = "crm";
    verdict.expected_next = {"MANUFACTURING_APPROVED", "CANCELLED"};
    return verdict;
}

}  // namespace

Verdict unknown_order() { return {}; }

Verdict failed_step(std::uint32_t attempt, std::uint32_t attempt_max, const std::string& note, FactResult result) {
    auto verdict = verdict_of(VerdictKind::failed);
    verdict.step = "push_to_crm";
    verdict.attempt = attempt;
    verdict.attempt_max = attempt_max;
    verdict.limit = attempt < attempt_max ? Duration{10min} : Duration::zero();
    verdict.overdue = true;
    verdict.note = note;
    verdict.result = result;
    return verdict;
}

Verdict died_inside(bool by_restart) {
    auto verdict = verdict_of(VerdictKind::died_inside);
    verdict.step = "cut_panel";
    verdict.by_restart = by_restart;
    verdict.limit = by_restart ? Duration::zero() : Duration{15min};
    return verdict;
}

Verdict hand_off(VerdictKind kind, const std::string& via) {
    auto verdict = verdict_of(kind);
    verdict.system = kind == VerdictKind::received_not_applied ? "crm" : "mes";
    verdict.from = "mes";
    verdict.to = "crm";
    verdict.via = via;
    verdict.limit = 5min;
    verdict.overdue = true;
    return verdict;
}

Verdict running_step(bool overdue, std::uint32_t attempt) {
    auto verdict = verdict_of(VerdictKind::running);
    verdict.step = "cut_panel";
    verdict.attempt = attempt;
    verdict.attempt_max = attempt == 0 ? 0 : 3;
    verdict.overdue = overdue;
    if (overdue) verdict.limit = 15min;
    return verdict;
}

Verdict late_in_stage(Duration limit, bool business) {
    auto verdict = verdict_of(VerdictKind::late);
    verdict.since = sentence_now - 76h;
    verdict.limit = limit;
    verdict.business = business;
    verdict.overdue = true;
    return verdict;
}

Verdict finished_order() {
    auto verdict = verdict_of(VerdictKind::finished);
    verdict.stage = "SHIPPED";
    verdict.expected_next.clear();
    verdict.to_act.clear();
    return verdict;
}

Verdict on_time(const std::string& stage) {
    auto verdict = verdict_of(VerdictKind::on_time);
    verdict.stage = stage;
    if (!stage.empty()) {
        verdict.limit = 24h;
        verdict.business = true;
        return verdict;
    }
    verdict.system.clear();
    verdict.to_act = "online-shop";
    verdict.expected_next = {"CREATED"};
    return verdict;
}

Verdict without_next(Verdict verdict) {
    verdict.expected_next.clear();
    verdict.to_act.clear();
    return verdict;
}

Verdict without_turn(Verdict verdict) {
    verdict.to_act.clear();
    return verdict;
}

Verdict blinded(Verdict verdict) {
    verdict.blinded = verdict.kind;
    verdict.kind = VerdictKind::blind;
    return verdict;
}

}  // namespace ordertrace::test
