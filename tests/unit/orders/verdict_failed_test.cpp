#include <catch2/catch.hpp>

#include "orders/verdict.h"
#include "unit/orders/orders_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

Told push(std::uint32_t number, const char* end, FactResult result = FactResult::fail) {
    return step("crm", "push", at(end) - std::chrono::seconds{10}, at(end), result).tried(number, 3);
}

const auto crm_failed = "failed PRICE_CALCULATED crm push, crm to act";
const auto fine = "on_time PRICE_CALCULATED mes, crm to act";

}  // namespace

TEST_CASE("when an order failed") {
    struct Row {
        const char* name;
        Facts facts;
        const char* now;
        const char* words;
    };
    const auto row = GENERATE(values<Row>({
        {"a failure is one at once", {failed("crm", "push", at("10:10"), at("10:11"))}, "10:11", crm_failed},
        {"a time-out too", {step("crm", "push", at("10:10"), at("10:11"), FactResult::timeout)}, "10:11", crm_failed},
        {"skipped is none", {step("crm", "push", at("10:10"), at("10:11"), FactResult::skip)}, "10:20", fine},
        {"cancelled is none", {step("crm", "push", at("10:10"), at("10:11"), FactResult::cancel)}, "10:20", fine},
        {"the same step succeeded since",
         {failed("crm", "push", at("10:10"), at("10:11")), step("crm", "push", at("10:12"), at("10:13"))},
         "10:20",
         fine},
        {"it succeeded before",
         {failed("crm", "push", at("10:12"), at("10:13")), step("crm", "push", at("10:10"), at("10:11"))},
         "10:20",
         crm_failed},
        {"the latest is the one that ended last",
         {failed("crm", "push", at("10:10"), at("10:15")), step("crm", "push", at("10:11"), at("10:12"))},
         "10:20",
         crm_failed},
        {"of one end the higher try", {push(2, "10:15"), push(3, "10:15", FactResult::ok)}, "10:40", fine},
        {"of one end and try the success",
         {failed("crm", "push", at("10:10"), at("10:15")), step("crm", "push", at("10:11"), at("10:15"))},
         "10:20",
         fine},
        {"another step succeeded",
         {failed("crm", "push", at("10:10"), at("10:11")), step("crm", "pull", at("10:12"), at("10:13"))},
         "10:20",
         crm_failed},
        {"the step succeeded in another system",
         {failed("crm", "push", at("10:10"), at("10:11")), step("mes", "push", at("10:12"), at("10:13"))},
         "10:20",
         crm_failed},
        {"a later stage was reached",
         {failed("crm", "push", at("10:10"), at("10:11")), status("crm", "MANUFACTURING_APPROVED", at("10:12")),
          status("mes", "MANUFACTURING_APPROVED", at("10:12"))},
         "10:20",
         "on_time MANUFACTURING_APPROVED crm, mes to act"},
        {"failed before the stage began", {failed("mes", "push", at("09:59"), at("09:59:50"))}, "10:20", fine},
        {"failed just when the stage began",
         {failed("mes", "push", at("09:59"), at("10:00"))},
         "10:20",
         "failed PRICE_CALCULATED mes push, mes to act"},
        {"begun before the stage, failed in it",
         {failed("mes", "push", at("09:59"), at("10:00:01"))},
         "10:20",
         "failed PRICE_CALCULATED mes push, mes to act"},
        {"below its last try it may be tried again", {push(2, "10:20")}, "10:29:59", fine},
        {"retry_within passed", {push(2, "10:20")}, "10:30", crm_failed},
        {"the last try", {push(3, "10:20")}, "10:20", crm_failed},
        {"without `of` no retry is waited for",
         {failed("crm", "push", at("10:10"), at("10:11")).tried(1)},
         "10:11",
         crm_failed},
        {"a new attempt is under way",
         {push(2, "10:20"), started("crm", "push", at("10:21")).tried(3, 3)},
         "10:40",
         "running PRICE_CALCULATED crm push, crm to act"},
        {"the new attempt failed and waits again", {push(1, "10:20"), push(2, "10:29")}, "10:38:59", fine},
        {"the attempt under way is another system's",
         {push(2, "10:20"), started("mes", "push", at("10:21")).tried(3, 3)},
         "10:40",
         crm_failed},
        {"an attempt under way does not undo the last failure",
         {failed("crm", "push", at("10:10"), at("10:11")), started("crm", "push", at("10:12"))},
         "10:15",
         crm_failed},
        {"given up is a time-out", {given_up("crm", "push", at("10:10"), at("11:10"))}, "11:10", crm_failed},
        {"given up, but begun in an earlier stage", {given_up("mes", "push", at("09:50"), at("10:50"))}, "11:10", fine},
        {"superseded says nothing", {superseded("crm", "push", at("10:10"), at("10:15"))}, "11:10", fine},
        {"given up below its last try is still open",
         {given_up("crm", "push", at("10:10"), at("11:10")).tried(1, 2)},
         "11:15",
         "running PRICE_CALCULATED crm push overdue, crm to act"},
        {"and fails when no retry came",
         {given_up("crm", "push", at("10:10"), at("11:10")).tried(1, 2)},
         "11:20",
         crm_failed},
        {"given up and tried again with success",
         {given_up("crm", "push", at("10:10"), at("11:10")).tried(1, 2),
          step("crm", "push", at("11:11"), at("11:12")).tried(2, 2)},
         "11:30",
         fine},
        {"ignored steps say nothing",
         {failed("crm", "http POST /orders", at("10:10"), at("10:11")), failed("crm", "GET", at("10:10"), at("10:11"))},
         "10:20",
         fine},
        {"marks, notes, titles, aliases are no grounds",
         {other(FactRecord::mark, "order", "stuck in CREATED", at("10:10")),
          other(FactRecord::note, "crm", "note", at("10:10")),
          other(FactRecord::title, "order", "order 1", at("10:10")),
          other(FactRecord::alias, "crm", "alias a:1", at("10:10"))},
         "10:20",
         fine},
    }));
    CAPTURE(row.name);
    auto facts = priced_and_seen() + row.facts;
    for (auto& fact : facts)
        if (fact.record == FactRecord::mark) fact.result = FactResult::fail;
    CHECK(words(judged(facts, at(row.now))) == row.words);
}

TEST_CASE("a failure tells the attempt") {
    const auto attempt = push(3, "10:20").remark("timeout");
    const auto verdict = judged(priced_and_seen() + Facts{attempt}, at("10:40"));
    CHECK(verdict.since == at("10:20"));
    CHECK(verdict.limit == Duration{0});
    CHECK(verdict.deadline == at("10:20"));
    CHECK(verdict.overdue);
    CHECK(verdict.attempt == 3);
    CHECK(verdict.attempt_max == 3);
    CHECK(verdict.result == FactResult::fail);
    CHECK(verdict.note == "timeout");
    CHECK(verdict.grounds == std::vector<SpanId>{attempt.id});
    CHECK(verdict.stage_since == at("10:00"));
    CHECK(verdict.expected_next == std::vector<std::string>{"MANUFACTURING_APPROVED", "CANCELLED"});
    CHECK_FALSE(verdict.review_at);
    CHECK(verdict.beats_of.empty());
    CHECK(verdict.stuck());
}

TEST_CASE("a failure that was not tried again tells how long it was waited for") {
    const auto facts = priced_and_seen() + Facts{push(2, "10:20")};
    const auto before = judged(facts, at("10:20"));
    CHECK(before.review_at == at("10:30"));
    const auto verdict = judged(facts, at("10:40"));
    CHECK(verdict.since == at("10:20"));
    CHECK(verdict.limit == std::chrono::minutes{10});
    CHECK(verdict.deadline == at("10:30"));
}

TEST_CASE("of several failures the first to be final stays") {
    const Facts failures{push(2, "10:20"), failed("mes", "cut", at("10:25"), at("10:26")),
                         failed("mes", "bend", at("10:27"), at("10:29"))};
    CHECK(words(judged(priced_and_seen() + failures, at("10:40"))) == "failed PRICE_CALCULATED mes cut, mes to act");
}

TEST_CASE("an order without a status can fail") {
    const auto verdict = judged({failed("crm", "push", at("10:10"), at("10:11"))}, at("10:20"));
    CHECK(words(verdict) == "failed crm push, crm to act");
    CHECK(verdict.stage_since == at("10:10"));
}

TEST_CASE("a system whose clock is behind has seen the stage before its step") {
    // The CRM's clock is 20 s behind: it took the price, and failed, seemingly before the MES set it.
    const auto taken = received("mes", "crm", at("09:59:45")).msg("m1");
    const auto push_failed = failed("crm", "push", at("09:59:46"), at("09:59:50"));
    const Facts facts = priced() + Facts{sent("mes", "crm", at("10:00:01")).msg("m1"), taken, push_failed};
    CHECK(words(judged(facts, at("10:01"))) == crm_failed);
    CHECK(words(judged(priced() + Facts{push_failed}, at("10:01"))) == fine);
    const auto seen = status("crm", "PRICE_CALCULATED", at("09:59:46"));
    CHECK(words(judged(priced() + Facts{seen, push_failed}, at("10:01"))) == crm_failed);
    const auto too_early = status("crm", "PRICE_CALCULATED", at("09:59:30"));
    CHECK(words(judged(priced() + Facts{too_early, push_failed}, at("10:01"))) == fine);
}
