#include "orders/reaching.h"

#include <algorithm>

#include "orders/blindness.h"

namespace ordertrace {
namespace {

// The system's own report of the stage since it began. Its clock may be behind by the skew.
const Fact* report_by(const Judging& judging, std::string_view system) {
    const auto from = judging.stay()->since - judging.lifecycle().skew;
    for (const auto* fact : judging.facts())
        if (fact->record == FactRecord::status && fact->start >= from && fact->system == system &&
            fact->status == judging.stage()->name)
            return fact;
    return nullptr;
}

struct Due {
    const Reach* reach = nullptr;
    TimePoint at{};
};

// The one whose limit passed first.
Due first_due(Judging& judging, const std::vector<const Reach*>& missing) {
    Due first;
    for (const auto* reach : missing) {
        const auto at = judging.lifecycle().deadline(judging.stay()->since, reach->within);
        if (judging.has_come(at) && (first.reach == nullptr || at < first.at)) first = {reach, at};
    }
    return first;
}

// What is known of the way to one system.
struct Passage {
    VerdictKind kind = VerdictKind::not_sent;
    TimePoint waited_from{};  // the first fact after which the next one is missing
    std::string_view via;     // of the latest hand-off that tells it
    std::vector<SpanId> grounds;
};

void add(const HandOff& hand_off, Passage& passage) {
    const auto kind = hand_off.received ? VerdictKind::received_not_applied : VerdictKind::in_transit;
    const auto time = hand_off.received ? *hand_off.received : *hand_off.sent;
    passage.waited_from = kind == passage.kind ? std::min(passage.waited_from, time) : time;
    passage.kind = kind;
    if (!hand_off.via.empty()) passage.via = hand_off.via;
    if (hand_off.sent) passage.grounds.push_back(hand_off.sent_id);
    if (hand_off.received) passage.grounds.push_back(hand_off.received_id);
}

Passage passage_to(Judging& judging, std::string_view system) {
    Passage passage;
    passage.waited_from = judging.stay()->since;
    passage.grounds = {judging.stay()->begun_by};
    const auto hand_offs = judging.hand_offs_to(system);
    const auto is_received = [](const HandOff* one) { return one->received.has_value(); };
    const bool any_received = std::any_of(hand_offs.begin(), hand_offs.end(), is_received);
    for (const auto* one : hand_offs)
        if (is_received(one) == any_received) add(*one, passage);
    return passage;
}

}  // namespace

Reaching reaching_of(const Judging& judging) {
    Reaching reaching;
    if (judging.stage() == nullptr) return reaching;
    for (const auto& reach : judging.stage()->reaches) {
        if (reach.system == judging.stay()->system) continue;
        if (const auto* report = report_by(judging, reach.system))
            reaching.seen_by.push_back(report->id);
        else
            reaching.missing.push_back(&reach);
    }
    return reaching;
}

bool judge_hand_offs(Judging& judging, const Reaching& reaching, Verdict& verdict) {
    const auto due = first_due(judging, reaching.missing);
    if (due.reach == nullptr) return false;
    const auto passage = passage_to(judging, due.reach->system);
    const auto& sender = judging.stay()->system;
    verdict.kind = passage.kind;
    verdict.limit = due.reach->within.length;
    verdict.business = due.reach->within.business;
    verdict.deadline = due.at;
    verdict.overdue = true;
    verdict.from = sender;
    verdict.to = due.reach->system;
    verdict.via = passage.via;
    verdict.system = passage.kind == VerdictKind::received_not_applied ? verdict.to : sender;
    verdict.to_act = passage.kind == VerdictKind::not_sent ? sender : verdict.to;
    verdict.grounds = passage.grounds;
    // Whoever is to act would have reported the missing fact.
    if (is_blind(judging, verdict.to_act, passage.waited_from, due.at)) {
        verdict.blinded = verdict.kind;
        verdict.kind = VerdictKind::blind;
    }
    return true;
}

bool judge_finished(const Judging& judging, const Reaching& reaching, Verdict& verdict) {
    if (judging.stage() == nullptr || !judging.stage()->terminal || !reaching.missing.empty()) return false;
    verdict.kind = VerdictKind::finished;
    verdict.grounds.insert(verdict.grounds.end(), reaching.seen_by.begin(), reaching.seen_by.end());
    return true;
}

}  // namespace ordertrace
