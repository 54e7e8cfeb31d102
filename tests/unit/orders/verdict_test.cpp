#include "orders/verdict.h"

#include <catch2/catch.hpp>

#include "unit/orders/orders_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

using std::chrono::hours;
using std::chrono::minutes;

const auto shipped_facts = priced_and_seen() + Facts{status("mes", "SHIPPED", at("12:00"))};
const auto seen_by_crm = status("crm", "SHIPPED", at("12:01"));
const auto seen_by_shop = status("online-shop", "SHIPPED", at("12:02"));

}  // namespace

TEST_CASE("every verdict has a word") {
    for (int kind = 0; kind <= static_cast<int>(VerdictKind::blind); ++kind) {
        const auto word = word_for(static_cast<VerdictKind>(kind));
        CHECK(verdict_kind(word) == static_cast<VerdictKind>(kind));
    }
    CHECK(word_for(VerdictKind::received_not_applied) == "received_not_applied");
    CHECK_FALSE(verdict_kind("lost"));
}

TEST_CASE("which verdicts mean stuck") {
    std::string stuck;
    for (int kind = 0; kind <= static_cast<int>(VerdictKind::blind); ++kind) {
        Verdict verdict;
        verdict.kind = static_cast<VerdictKind>(kind);
        if (verdict.stuck()) stuck += std::string{word_for(verdict.kind)} + ' ';
    }
    CHECK(stuck == "failed died_inside not_sent in_transit received_not_applied late blind ");
    Verdict running;
    running.kind = VerdictKind::running;
    running.overdue = true;
    CHECK(running.stuck());
}

TEST_CASE("an order nobody spoke of is unknown") {
    CHECK(judged({}, at("10:00")) == Verdict{});
    auto alias = order_of({});
    alias.alias_of = "10042";
    CHECK(judge(shop(), alias, {}, at("10:00"), {}).kind == VerdictKind::unknown);
}

TEST_CASE("an order without a status waits for the first one") {
    const auto verdict =
        judged({other(FactRecord::note, "crm", "note", at("09:30")), step("crm", "import", at("09:00"), at("09:01"))},
               at("3d 00:00"));
    CHECK(words(verdict) == "on_time, online-shop to act");
    CHECK(verdict.stage_since == at("09:00"));
    CHECK(verdict.since == at("09:00"));
    CHECK_FALSE(verdict.limit);
    CHECK_FALSE(verdict.review_at);
    CHECK(verdict.expected_next == std::vector<std::string>{"CREATED"});
}

TEST_CASE("late, on time and finished") {
    struct Row {
        const char* name;
        Facts facts;
        const char* now;
        const char* words;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"on time up to the limit", priced(), "09:59:59", "on_time PRICE_CALCULATED mes, crm to act"},
        {"24 open hours after Monday, 13:00 in Moscow", priced_and_seen(), "3d 06:59:59",
         "on_time PRICE_CALCULATED mes, crm to act"},
        {"late when they are over", priced_and_seen(), "3d 07:00", "late PRICE_CALCULATED mes, crm to act"},
        {"shipped, and nobody knows yet", shipped_facts, "12:01", "on_time SHIPPED mes"},
        {"shipped, and the shop knows not", shipped_facts + Facts{seen_by_crm}, "12:14:59", "on_time SHIPPED mes"},
        {"shipped, and everybody knows", shipped_facts + Facts{seen_by_crm, seen_by_shop}, "12:03",
         "finished SHIPPED mes"},
        {"finished for ever", shipped_facts + Facts{seen_by_crm, seen_by_shop}, "900d 12:03", "finished SHIPPED mes"},
        {"cancelled by anyone", priced() + Facts{status("crm", "CANCELLED", at("10:30"))}, "10:31",
         "finished CANCELLED crm"},
        {"reopened after its end",
         shipped_facts + Facts{seen_by_crm, seen_by_shop, status("mes", "PACKAGING", at("13:00"))}, "13:01",
         "on_time PACKAGING mes, mes to act"},
    }));
    CAPTURE(row.name);
    CHECK(words(judged(row.facts, at(row.now))) == row.words);
}

TEST_CASE("the verdict that stands higher in the table is given") {
    // Each fact brings a reason of its own for another verdict; they are taken away from the top.
    const auto failure = failed("mes", "cut", at("4d 10:00"), at("4d 10:01"));
    const auto open = started("mes", "bend", at("4d 10:00"));
    const auto open_in_crm = started("crm", "approve", at("4d 10:00"));
    const auto seen = status("crm", "PRICE_CALCULATED", at("10:01"));
    const auto now = at("4d 12:00");
    SystemLives lives;
    auto restarted = beat(at("4d 10:59"), at("4d 11:05"));
    restarted.restarts = {{"a", at("4d 11:00")}};
    lives.add("mes", restarted);
    const auto kind_of = [&](const Facts& facts) { return word_for(judged(priced() + facts, now, lives).kind); };
    CHECK(kind_of({failure, open, open_in_crm}) == "failed");
    CHECK(kind_of({open, open_in_crm}) == "died_inside");
    CHECK(kind_of({open_in_crm}) == "not_sent");
    CHECK(kind_of({open_in_crm, seen}) == "running");
    CHECK(kind_of({seen}) == "late");
}

TEST_CASE("what late and on time tell") {
    const auto on_time = judged(priced_and_seen(), at("10:30"));
    CHECK(on_time.since == at("10:00"));
    CHECK(on_time.stage_since == at("10:00"));
    CHECK(on_time.limit == hours{24});
    CHECK(on_time.business);
    CHECK(on_time.deadline == at("3d 07:00"));
    CHECK_FALSE(on_time.overdue);
    CHECK_FALSE(on_time.stuck());
    CHECK(on_time.review_at == at("3d 07:00"));
    CHECK(on_time.beats_of.empty());
    CHECK(on_time.grounds == std::vector<SpanId>{priced().back().id});
    const auto late = judged(priced_and_seen(), at("3d 07:00"));
    CHECK(late.deadline == on_time.deadline);
    CHECK(late.overdue);
    CHECK(late.limit == hours{24});
    CHECK_FALSE(late.review_at);
    CHECK(late.beats_of == std::vector<std::string>{"crm"});
}

TEST_CASE("what finished tells") {
    const auto verdict = judged(shipped_facts + Facts{seen_by_crm, seen_by_shop}, at("12:30"));
    CHECK(verdict.since == at("12:00"));
    CHECK_FALSE(verdict.limit);
    CHECK(verdict.expected_next.empty());
    CHECK_FALSE(verdict.review_at);
    CHECK(verdict.grounds == std::vector<SpanId>{shipped_facts.back().id, seen_by_crm.id, seen_by_shop.id});
}

TEST_CASE("a terminal stage is never late") {
    auto odd = shop();
    odd.stages[6].within = Limit{hours{1}, false};
    CHECK(words(judged(shipped_facts + Facts{seen_by_crm, seen_by_shop}, at("900d 00:00"), {}, odd)) ==
          "finished SHIPPED mes");
}

TEST_CASE("the next review is at the next moment that may change something") {
    struct Row {
        const char* now;
        const char* review;
    };
    const auto row = GENERATE(values<Row>({{"10:00", "10:05"}, {"10:04", "10:05"}}));
    CHECK(judged(priced(), at(row.now)).review_at == at(row.review));
    CHECK_FALSE(judged(priced(), at("10:05")).review_at);
    const Facts open =
        priced() + Facts{started("crm", "approve", at("10:01")), overdue("crm", "approve", at("10:01"), at("10:03"))};
    CHECK(judged(open, at("10:02")).review_at == at("10:03"));
    CHECK(judged(open, at("10:03")).review_at == at("10:05"));
}

TEST_CASE("facts of an alias count as the order's") {
    // The CRM knows the order by another id: its facts come with its own name.
    auto order = order_of(priced_and_seen());
    order.aliases = {"crm:A-77"};
    CHECK(judge(shop(), order, {}, at("10:30"), {}).kind == VerdictKind::on_time);
}

TEST_CASE("a fact that arrives late clears the verdict") {
    CHECK(judged(priced(), at("10:30")).kind == VerdictKind::not_sent);
    CHECK(judged(priced_and_seen(), at("10:30")).kind == VerdictKind::on_time);
}
