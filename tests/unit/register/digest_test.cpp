#include "orders/digest.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "unit/register/register_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

OrderFacts order_of(std::vector<Fact> facts) {
    OrderFacts order;
    order.order = "10042";
    order.facts = std::move(facts);
    order.aliases = {"sap:77"};
    return order;
}

Verdict verdict_of(VerdictKind kind, const std::string& from = {}, const std::string& to = {}) {
    Verdict verdict;
    verdict.kind = kind;
    verdict.stage = "PRICED";
    verdict.since = t0;
    verdict.from = from;
    verdict.to = to;
    return verdict;
}

OrderDigest digest(const std::vector<Fact>& facts, const Verdict& verdict, TimePoint now) {
    return digest_of(shop_lifecycle(), order_of(facts), verdict, now);
}

using Edges = std::vector<EdgeCount>;
using Runs = std::vector<StepRun>;

}  // namespace

TEST_CASE("a digest has the verdict, the stays and the aliases") {
    const auto verdict = verdict_of(VerdictKind::late);
    const auto made =
        digest({status_fact("online-shop", "CREATED", t0), status_fact("mes", "PRICED", t0 + 1h)}, verdict, t0 + 2h);
    CHECK(made.order == "10042");
    CHECK(made.verdict == verdict);
    CHECK(made.aliases == std::vector<std::string>{"sap:77"});
    REQUIRE(made.stays.size() == 2);
    CHECK(made.stays[0].until == t0 + 1h);
    CHECK(made.stays[1].stage == "PRICED");
}

TEST_CASE("runs are the attempts of steps that count, by end") {
    auto given_up = step_fact("mes", "cut", t0, 24h, FactResult::timeout);
    given_up.record = FactRecord::abandoned;
    given_up.given_up = true;
    auto superseded = given_up;
    superseded.id.value ^= 1U;
    superseded.given_up = false;
    auto started = step_fact("mes", "cut (started)", t0, 1us);
    started.record = FactRecord::started;
    const auto made = digest({given_up, superseded, started, step_fact("crm", "http GET /x", t0, 1s),
                              step_fact("crm", "push", t0 + 1min, 2s, FactResult::fail),
                              step_fact("crm", "push", t0, 1s), mark_fact("in CREATED", t0)},
                             verdict_of(VerdictKind::on_time), t0 + 25h);
    CHECK(made.runs == Runs{{"crm", "push", t0 + 1s, 1s, false},
                            {"crm", "push", t0 + 62s, 2s, true},
                            {"mes", "cut", t0 + 24h, 24h, true}});
}

TEST_CASE("messages are counted by edge, those beyond their limit as missing") {
    const std::vector<Fact> facts{
        status_fact("mes", "PRICED", t0),
        sent_fact("mes", "crm", "PRICED", t0, "a"),
        received_fact("mes", "crm", "PRICED", t0 + 1s, "a"),
        sent_fact("mes", "crm", "PRICED", t0 + 2s, "b"),
        received_fact("shop", "mes", "", t0 + 1s, "c"),
    };
    const auto limit = t0 + 2s + 5min;
    const auto before = digest(facts, verdict_of(VerdictKind::on_time), limit - 1us);
    CHECK(before.edges == Edges{{"mes>crm", 2, 1, 0, {}}, {"shop>mes", 0, 1, 0, {}}});
    CHECK(before.verdict.review_at == limit);
    const auto after = digest(facts, verdict_of(VerdictKind::on_time), limit);
    CHECK(after.edges == Edges{{"mes>crm", 2, 1, 1, t0 + 2s}, {"shop>mes", 0, 1, 0, {}}});
    CHECK(after.verdict.review_at == std::nullopt);
}

TEST_CASE("the earlier review of verdict and messages counts") {
    const std::vector<Fact> facts{status_fact("mes", "PRICED", t0), sent_fact("mes", "crm", "PRICED", t0, "a")};
    auto verdict = verdict_of(VerdictKind::on_time);
    verdict.review_at = t0 + 1min;
    CHECK(digest(facts, verdict, t0).verdict.review_at == t0 + 1min);
    verdict.review_at = t0 + 1h;
    CHECK(digest(facts, verdict, t0).verdict.review_at == t0 + 5min);
}

TEST_CASE("a message without a limit is missing until it is received") {
    const auto made = digest({sent_fact("mes", "dhl", "", t0, "a")}, verdict_of(VerdictKind::on_time), t0 + 1s);
    CHECK(made.edges == Edges{{"mes>dhl", 1, 0, 1, t0}});
}

TEST_CASE("a message the verdict calls lost is missing although its own limit ends later") {
    const std::vector<Fact> facts{status_fact("mes", "PRICED", t0), sent_fact("mes", "crm", "PRICED", t0 + 1min, "a")};
    auto verdict = verdict_of(GENERATE(VerdictKind::in_transit, VerdictKind::blind), "mes", "crm");
    verdict.blinded = VerdictKind::in_transit;
    CHECK(digest(facts, verdict, t0 + 5min).edges == Edges{{"mes>crm", 1, 0, 1, t0 + 1min}});
}

TEST_CASE("a message that was never sent is missing on its edge") {
    auto verdict = verdict_of(GENERATE(VerdictKind::not_sent, VerdictKind::blind), "mes", "crm");
    verdict.blinded = VerdictKind::not_sent;
    CHECK(digest({}, verdict, t0 + 1h).edges == Edges{{"mes>crm", 0, 0, 1, t0}});
    verdict.kind = verdict.blinded = VerdictKind::received_not_applied;
    CHECK(digest({}, verdict, t0 + 1h).edges.empty());
}

TEST_CASE("a digest keeps the latest of too many") {
    std::vector<Fact> facts;
    for (std::size_t i = 0; i < DigestLimits::runs + 5; ++i)
        facts.push_back(step_fact("mes", "cut", t0 + std::chrono::seconds{i}, 1s));
    for (std::size_t i = 0; i < DigestLimits::edges + 5; ++i)
        facts.push_back(sent_fact("mes", "s" + std::to_string(i), "", t0, "a"));
    for (std::size_t i = 0; i < DigestLimits::stays + 5; ++i)
        facts.push_back(i % 2 == 0 ? status_fact("online-shop", "CREATED", t0 + std::chrono::hours{i})
                                   : status_fact("mes", "PRICED", t0 + std::chrono::hours{i}));
    const auto made = digest(facts, verdict_of(VerdictKind::on_time), t0 + 1000h);
    CHECK(made.runs.size() == DigestLimits::runs);
    CHECK(made.runs.back().end == t0 + std::chrono::seconds{DigestLimits::runs + 5});
    CHECK(made.edges.size() == DigestLimits::edges);
    REQUIRE(made.stays.size() == DigestLimits::stays);
    CHECK(made.stays.back().since == t0 + std::chrono::hours{DigestLimits::stays + 4});
}
