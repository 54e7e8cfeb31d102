#include "steps/sequence_tracker.h"

#include <catch2/catch.hpp>

#include "unit/steps/step_fakes.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

struct Tracked {
    SystemLedger ledger;
    SequenceTracker tracker{ledger};
    TimePoint now = t0;

    void see(std::vector<std::uint64_t> numbers, std::string_view instance = "i1") {
        for (const auto number : numbers) tracker.observe(ledger.place_of("mes"), instance, number, now);
    }
    std::uint64_t missing_after(Duration passed) {
        now += passed;
        tracker.judge(now);
        return ledger.missing_total();
    }
    std::size_t restarts() { return ledger.account(ledger.place_of("mes")).restarts.size(); }
};

constexpr Duration patience = SequenceTracker::patience;

}  // namespace

TEST_CASE("gaps are missing after ten seconds") {
    struct Row {
        const char* name;
        std::vector<std::uint64_t> numbers;
        std::uint64_t missing;
        std::size_t restarts;
    };
    const auto row = GENERATE(values<Row>({
        {"none", {}, 0, 0},
        {"in order", {1, 2, 3, 4}, 0, 0},
        {"begins anywhere", {900, 901}, 0, 0},
        {"begins with 0", {0, 1}, 0, 0},
        {"one gap", {1, 2, 5}, 2, 0},
        {"two gaps", {10, 12, 15}, 3, 0},
        {"filled out of order", {10, 13, 11, 12, 14}, 0, 0},
        {"filled in the middle", {10, 20, 15}, 8, 0},
        {"filled at both edges", {10, 20, 11, 19}, 7, 0},
        {"twice the same", {10, 11, 11, 10}, 0, 0},
        {"twice in a gap", {10, 20, 15, 15}, 8, 0},
        {"half is no restart", {10, 5}, 0, 0},
        {"below half is a restart", {11, 5}, 0, 1},
        {"goes on after a restart", {100, 1, 2, 5}, 2, 1},
        {"what was owed before a restart is missing", {100, 103, 1}, 2, 1},
        {"low numbers fill a gap first", {1, 100, 2, 3}, 96, 0},
    }));
    CAPTURE(row.name);
    Tracked tracked;
    tracked.see(row.numbers);
    CHECK(tracked.missing_after(patience) == row.missing);
    CHECK(tracked.restarts() == row.restarts);
    CHECK_FALSE(tracked.tracker.next_due());
}

TEST_CASE("a gap is given its ten seconds, and a late arrival changes nothing") {
    Tracked tracked;
    tracked.see({10, 12});
    CHECK(tracked.tracker.next_due() == t0 + patience);
    CHECK(tracked.missing_after(patience - Duration{1}) == 0);
    CHECK(tracked.missing_after(Duration{1}) == 1);
    tracked.see({11});
    CHECK(tracked.missing_after(patience) == 1);
    CHECK(tracked.restarts() == 0);
}

TEST_CASE("senders are told apart by system and instance") {
    Tracked tracked;
    tracked.see({10}, "i1");
    tracked.see({90}, "i2");
    tracked.tracker.observe(tracked.ledger.place_of("crm"), "i1", 5, t0);
    tracked.see({11}, "i1");
    tracked.tracker.observe(tracked.ledger.place_of("crm"), "i1", 7, t0);
    CHECK(tracked.missing_after(patience) == 1);
    CHECK(tracked.ledger.account(tracked.ledger.place_of("crm")).missing == 1);
    CHECK(tracked.ledger.account(tracked.ledger.place_of("mes")).missing == 0);
}

TEST_CASE("many gaps of one sender are bounded: the oldest is missing at once") {
    Tracked tracked;
    for (std::uint64_t i = 0; i <= SequenceTracker::max_gaps; ++i) tracked.see({10 * i});
    CHECK(tracked.ledger.missing_total() == 0);
    tracked.see({1000});
    CHECK(tracked.ledger.missing_total() == 9);
    tracked.see({995});  // splits a gap where there is no room for two: the number still counts as seen
    CHECK(tracked.missing_after(patience) == 15 * 9 + 9 + (1000 - 160 - 1) - 1);
}

TEST_CASE("a thousand senders are remembered, the one silent longest makes room") {
    Tracked tracked;
    tracked.see({10, 12}, "first");
    for (std::size_t i = 1; i < SequenceTracker::max_senders; ++i) {
        tracked.now += Duration{1};
        tracked.see({1}, std::to_string(i));
    }
    CHECK(tracked.ledger.missing_total() == 0);
    tracked.see({1}, "one more");
    CHECK(tracked.ledger.missing_total() == 1);
    tracked.see({2}, "one more");
    tracked.see({2}, "500");
    tracked.see({50}, "first");  // forgotten: it begins anew
    CHECK(tracked.missing_after(patience) == 1);
}

TEST_CASE("an absurd number does not turn the counter round") {
    Tracked tracked;
    const auto huge = std::numeric_limits<std::uint64_t>::max();
    tracked.see({1, huge, huge - 1, 5});
    tracked.see({1, huge}, "i2");
    CHECK(tracked.missing_after(patience) == huge);
}
