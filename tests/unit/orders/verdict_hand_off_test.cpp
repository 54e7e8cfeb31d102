#include <catch2/catch.hpp>

#include "orders/verdict.h"
#include "unit/orders/orders_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

using std::chrono::minutes;

const auto fine = "on_time PRICE_CALCULATED mes, crm to act";
const auto unsent = "not_sent PRICE_CALCULATED mes mes>crm, mes to act";
const auto under_way = "in_transit PRICE_CALCULATED mes mes>crm, crm to act";
const auto unapplied = "received_not_applied PRICE_CALCULATED crm mes>crm, crm to act";
const auto left = sent("mes", "crm", at("10:00:01")).msg("m1");
const auto taken = received("mes", "crm", at("10:00:03")).msg("m1");

}  // namespace

TEST_CASE("where a hand-off got lost") {
    struct Row {
        const char* name;
        Facts facts;
        const char* now;
        const char* words;
    };
    const auto row = GENERATE(values<Row>({
        {"before the limit", {}, "10:04:59", fine},
        {"neither sent nor received", {}, "10:05", unsent},
        {"sent", {left}, "10:05", under_way},
        {"sent and received", {left, taken}, "10:05", unapplied},
        {"received without a sent", {taken}, "10:05", unapplied},
        {"one of two was received", {left, taken, sent("mes", "crm", at("10:02")).msg("m2")}, "10:05", unapplied},
        {"seen", {status("crm", "PRICE_CALCULATED", at("10:01"))}, "10:05", fine},
        {"seen after the limit", {status("crm", "PRICE_CALCULATED", at("10:30"))}, "10:31", fine},
        {"seen by a clock that is behind", {status("crm", "PRICE_CALCULATED", at("09:59:30"))}, "10:05", fine},
        {"seen too long before", {status("crm", "PRICE_CALCULATED", at("09:59:29"))}, "10:05", unsent},
        {"seen by another system", {status("online-shop", "PRICE_CALCULATED", at("10:01"))}, "10:05", unsent},
        {"sent to another system", {sent("mes", "online-shop", at("10:01"))}, "10:05", unsent},
        {"sent by another system", {sent("online-shop", "crm", at("10:01"))}, "10:05", unsent},
        {"sent with another status", {Told{left}.st("CREATED")}, "10:05", unsent},
        {"sent with this status long before it",
         {sent("mes", "crm", at("09:58")).st("PRICE_CALCULATED")},
         "10:05",
         under_way},
        {"sent just before it, while the earlier one needs none",
         {sent("mes", "crm", at("09:59:45"))},
         "10:05",
         under_way},
        {"sent too long before it", {sent("mes", "crm", at("09:59:30"))}, "10:05", unsent},
        {"in the next stage earlier hand-offs no longer count",
         {status("crm", "MANUFACTURING_APPROVED", at("10:30"))},
         "10:31",
         "on_time MANUFACTURING_APPROVED crm, mes to act"},
        {"set again it has to be seen again",
         {status("crm", "PRICE_CALCULATED", at("10:01")), status("crm", "MANUFACTURING_APPROVED", at("10:02")),
          status("mes", "PRICE_CALCULATED", at("11:00")), left, taken},
         "11:05",
         unsent},
        {"repeated it goes on with its first limit", {status("mes", "PRICE_CALCULATED", at("10:04"))}, "10:05", unsent},
    }));
    CAPTURE(row.name);
    CHECK(words(judged(priced() + row.facts, at(row.now))) == row.words);
}

TEST_CASE("the four places of loss in an order's way") {
    struct Row {
        const char* name;
        Facts facts;
        const char* now;
        const char* words;
    };
    const Facts approved = priced_and_seen() + Facts{status("crm", "MANUFACTURING_APPROVED", at("11:00"))};
    const Facts made = approved + Facts{status("mes", "MANUFACTURING_APPROVED", at("11:01")),
                                        status("mes", "MANUFACTURING_STARTED", at("12:00")),
                                        status("crm", "MANUFACTURING_STARTED", at("12:01"))};
    const auto row = GENERATE_COPY(values<Row>({
        {"the CRM does not learn the price", priced() + Facts{left}, "10:06", under_way},
        {"the approval fails", priced_and_seen() + Facts{failed("crm", "approve", at("10:50"), at("10:51"))}, "10:52",
         "failed PRICE_CALCULATED crm approve, crm to act"},
        {"the MES does not learn of the approval",
         approved + Facts{sent("crm", "mes", at("11:00:01")), received("crm", "mes", at("11:00:02"))}, "11:05",
         "received_not_applied MANUFACTURING_APPROVED mes crm>mes, mes to act"},
        {"completing it fails", made + Facts{failed("mes", "complete", at("13:00"), at("13:10"))}, "13:10",
         "failed MANUFACTURING_STARTED mes complete, mes to act"},
    }));
    CAPTURE(row.name);
    CHECK(words(judged(row.facts, at(row.now))) == row.words);
}

TEST_CASE("of several systems that miss a status") {
    const auto created = status("online-shop", "CREATED", at("09:00"));
    auto uneven = shop();
    SECTION("the first in the file if their limits are equal") {
        CHECK(words(judged({created}, at("09:05"))) ==
              "not_sent CREATED online-shop online-shop>crm, online-shop to act");
    }
    SECTION("the one that is left") {
        const auto verdict = judged({created, status("crm", "CREATED", at("09:01"))}, at("09:05"));
        CHECK(words(verdict) == "not_sent CREATED online-shop online-shop>mes, online-shop to act");
    }
    SECTION("the earliest limit") {
        uneven.stages[0].reaches[0].within.length = minutes{20};
        CHECK(words(judged({created}, at("09:30"), {}, uneven)) ==
              "not_sent CREATED online-shop online-shop>mes, online-shop to act");
        CHECK(judged({created}, at("09:01"), {}, uneven).review_at == at("09:05"));
    }
}

TEST_CASE("a stage that anyone sets is handed on by who set it") {
    auto open_end = shop();
    open_end.stages.back().reaches = {{"crm", {minutes{5}, false}}, {"mes", {minutes{5}, false}}};
    const Facts cancelled = priced_and_seen() + Facts{status("crm", "CANCELLED", at("11:00"))};
    CHECK(words(judged(cancelled, at("11:04"), {}, open_end)) == "on_time CANCELLED crm");
    CHECK(words(judged(cancelled, at("11:05"), {}, open_end)) == "not_sent CANCELLED crm crm>mes, crm to act");
    const Facts seen = cancelled + Facts{status("mes", "CANCELLED", at("11:10"))};
    CHECK(words(judged(seen, at("11:11"), {}, open_end)) == "finished CANCELLED crm");
}

TEST_CASE("what a lost hand-off tells") {
    const auto verdict =
        judged(priced() + Facts{Told{left}.by("q.price"), sent("mes", "crm", at("10:02"))}, at("12:00"));
    CHECK(verdict.since == at("10:00"));
    CHECK(verdict.limit == minutes{5});
    CHECK(verdict.deadline == at("10:05"));
    CHECK(verdict.overdue);
    CHECK_FALSE(verdict.business);
    CHECK(verdict.via == "q.price");
    CHECK(verdict.step.empty());
    CHECK(verdict.grounds.size() == 3);
    CHECK(verdict.grounds[0] == priced().back().id);
    CHECK(verdict.grounds[1] == left.id);
    CHECK(verdict.beats_of == std::vector<std::string>{"crm"});
    CHECK(verdict.stuck());
    CHECK(judged(priced(), at("12:00")).beats_of == std::vector<std::string>{"mes"});
}

TEST_CASE("a limit in open hours is not over in the evening") {
    auto office = shop();
    office.stages[1].reaches[0].within = {std::chrono::hours{2}, true};
    // Priced at 17:00 in Moscow; two open hours are over the next day at 10:00 there.
    const Facts facts{status("mes", "PRICE_CALCULATED", at("14:00"))};
    const auto before = judged(facts, at("20:00"), {}, office);
    CHECK(words(before) == fine);
    CHECK(before.review_at == at("1d 07:00"));
    const auto verdict = judged(facts, at("1d 07:00"), {}, office);
    CHECK(words(verdict) == unsent);
    CHECK(verdict.business);
    CHECK(verdict.deadline == at("1d 07:00"));
    CHECK(verdict.limit == std::chrono::hours{2});
}
