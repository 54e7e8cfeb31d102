#include "ops/balance_text.h"

#include <catch2/catch.hpp>

#include "unit/ops/snapshot_fixture.h"

using namespace ordertrace;

TEST_CASE("the last line tells the whole balance") {
    CHECK(balance_line(sample_balance()) ==
          "balance: received 14 = accepted 12 (span 5, start 2, end 1, status 1, note 1, beat 1, other 1) + rejected 2 "
          "(marker 1, order 1); accepted 12 = became 12 (span 7, opened 2, attached 1, seen 1, duplicate 1); recorded "
          "10 = became span 7 + own 3 (started 1, title 1, beat 1); to jaeger: recorded 10 = delivered 6 + pending 1 + "
          "dropped 3 (journal_full 2, refused 1); to board: recorded 10 = delivered 10 + pending 0 + dropped 0; "
          "datagrams 12, lost in kernel 3; missing 4");
    CHECK(balance_line({}) ==
          "balance: received 0 = accepted 0 + rejected 0; accepted 0 = became 0; recorded 0 = became span 0 + own 0; "
          "datagrams 0, lost in kernel 0; missing 0");
}

TEST_CASE("an identity that does not hold is seen as such") {
    auto balance = sample_balance();
    for (const auto& identity : identities_of(balance)) CHECK(identity.holds());
    REQUIRE(identities_of(balance).size() == 5);

    struct Row {
        const char* name;
        std::size_t broken;
        void (*spoil)(Balance&);
    };
    auto row = GENERATE(values<Row>(
        {{"received = accepted + rejected", 0, [](Balance& b) { ++b.intake.events_received; }},
         {"accepted = became", 1, [](Balance& b) { ++b.intake.became[5]; }},
         {"recorded = became span + own", 2, [](Balance& b) { ++b.intake.own[4]; }},
         {"jaeger: recorded = delivered + pending + dropped", 3, [](Balance& b) { ++b.destinations[0].dropped[6]; }},
         {"board: recorded = delivered + pending + dropped", 4, [](Balance& b) { ++b.destinations[1].pending; }}}));
    row.spoil(balance);
    const auto identities = identities_of(balance);
    for (std::size_t i = 0; i < identities.size(); ++i) CHECK(identities[i].holds() == (i != row.broken));
    CHECK(identities[row.broken].text == row.name);
}
