// Verdicts of every kind, as the tables of both languages need them. `now` is 2 h 5 min after most of them.
#pragma once

#include "orders/sentence.h"
#include "unit/register/register_support.h"

namespace ordertrace::test {

inline constexpr auto sentence_now = t0 + 2h + 5min;

struct SentenceRow {
    const char* name;
    Verdict verdict;
    const char* text;
};

Verdict unknown_order();
Verdict failed_step(std::uint32_t attempt, std::uint32_t attempt_max, const std::string& note,
                    FactResult result = FactResult::fail);
Verdict died_inside(bool by_restart);
// MES has set PRICE_CALCULATED, which the CRM must see within 5 min.
Verdict hand_off(VerdictKind kind, const std::string& via);
Verdict running_step(bool overdue, std::uint32_t attempt = 0);
Verdict late_in_stage(Duration limit, bool business);
Verdict finished_order();
Verdict on_time(const std::string& stage);
Verdict without_next(Verdict verdict);
Verdict without_turn(Verdict verdict);
// As if a needed report may have been lost.
Verdict blinded(Verdict verdict);

}  // namespace ordertrace::test
