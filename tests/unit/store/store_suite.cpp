#include "unit/store/store_suite.h"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

namespace ordertrace::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t plenty = 1'000;

std::vector<Fact> by_id(std::vector<Fact> facts) {
    std::sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.id < b.id; });
    return facts;
}

std::vector<Fact> facts_of(OrderStore& store, const std::string& order, std::size_t limit = plenty) {
    const auto found = store.facts_of({order}, limit);
    REQUIRE(found.value().size() == 1);
    return by_id(found->front());
}

// All of them, asked for in pieces of `limit`; the cursor moves to the last.
std::set<std::string> changed_orders(OrderStore& store, ChangeCursor& since, std::size_t limit = plenty) {
    std::set<std::string> orders;
    for (bool more = true; more;) {
        const auto found = store.changes(since, limit);
        REQUIRE(found);
        CHECK(found->orders.size() <= limit);
        CHECK(found->next >= since);
        if (found->more) REQUIRE(found->next > since);
        orders.insert(found->orders.begin(), found->orders.end());
        since = found->next;
        more = found->more;
    }
    return orders;
}

// Orders without any meaning of their facts.
FactBatch batch_of(const std::vector<std::string>& orders) {
    FactBatch batch;
    std::uint64_t id = 100;
    for (const auto& order : orders)
        batch.facts.push_back({order, status_fact(++id, "crm", "CREATED", suite_begin + Duration{id})});
    return batch;
}

void knows_nothing(OrderStore& store, const WriteFacts&) {
    CHECK(facts_of(store, "10042").empty());
    CHECK(store.claims_on({"10042"}).value().empty());
    CHECK(store.changes({}, plenty).value().orders.empty());
    CHECK_FALSE(store.changes({}, plenty).value().more);
    CHECK(store.removals({}, plenty).value().orders.empty());
    CHECK(store.beats({}).value().empty());
    CHECK(store.last_seen().value().empty());
    CHECK(store.nearest("1", 5).value().empty());
    CHECK(store.facts_of({}, plenty).value().empty());
}

std::vector<Fact> one_of_each() {
    auto failed = step_fact(1, "mes", "calc_price", suite_begin, 723ms);
    failed.result = FactResult::timeout;
    failed.note = "no answer \"ЗК\"\nfrom the price service";
    failed.attempt = 2;
    failed.attempt_max = 3;
    failed.step_id = "op-7";
    failed.instance = "mes-1";
    auto started = step_fact(2, "mes", "cut_panel (started)", suite_begin + 1s, Duration{1});
    started.record = FactRecord::started;
    started.result = FactResult::none;
    started.parent = {0xFEDC'BA98'7654'3210};
    auto given_up = step_fact(3, "mes", "cut_panel", suite_begin + 1s, 24h);
    given_up.record = FactRecord::abandoned;
    given_up.result = FactResult::timeout;
    given_up.given_up = true;
    auto sent = status_fact(0xFFFF'FFFF'FFFF'FFFF, "mes", "", suite_begin + 2s);
    sent.record = FactRecord::sent;
    sent.name = "sent to crm";
    sent.edge = "mes>crm";
    sent.status = "PRICE_CALCULATED";
    sent.message = "9f1c";
    sent.via = "q.price";
    return {failed, started, given_up, status_fact(4, "crm", "CREATED", suite_begin), sent};
}

void gives_facts_back_as_they_were(OrderStore& store, const WriteFacts& write) {
    FactBatch batch;
    for (auto& fact : one_of_each()) batch.facts.push_back({"ЗК-77", fact});
    write(batch);
    CHECK(facts_of(store, "ЗК-77") == by_id(one_of_each()));
    CHECK(facts_of(store, "ЗК-7").empty());
}

void keeps_orders_apart(OrderStore& store, const WriteFacts& write) {
    const auto a = status_fact(1, "crm", "CREATED", suite_begin);
    const auto b = status_fact(2, "crm", "CANCELLED", suite_begin);
    write({.facts = {{"A", a}, {"B", b}, {"a", b}}, .beats = {}});
    const auto found = store.facts_of({"B", "nobody", "A", "B"}, plenty);
    CHECK(found.value() == std::vector<std::vector<Fact>>{{b}, {}, {a}, {b}});
}

void ignores_what_came_already(OrderStore& store, const WriteFacts& write) {
    const auto first = status_fact(1, "crm", "CREATED", suite_begin);
    const auto second = status_fact(2, "crm", "CANCELLED", suite_begin + 1s);
    write({.facts = {{"A", first}, {"A", first}}, .beats = {}});
    write({.facts = {{"A", second}, {"A", first}}, .beats = {}});
    CHECK(facts_of(store, "A") == std::vector{first, second});
}

void keeps_the_earlier_of_one_id(OrderStore& store, const WriteFacts& write) {
    const auto early = status_fact(1, "crm", "CREATED", suite_begin);
    const auto late = status_fact(1, "crm", "CREATED", suite_begin + 1s);
    write({.facts = {{"A", early}, {"B", late}}, .beats = {}});
    write({.facts = {{"A", late}, {"B", early}}, .beats = {}});
    CHECK(facts_of(store, "A") == std::vector{early});
    CHECK(facts_of(store, "B") == std::vector{early});
}

void gives_the_latest_within_a_limit(OrderStore& store, const WriteFacts& write) {
    FactBatch batch;
    for (std::uint64_t id = 1; id <= 9; ++id)
        batch.facts.push_back(
            {"A", status_fact(id, "crm", "CREATED", suite_begin + 1s * static_cast<int>(id * 4 % 9))});
    write(batch);
    std::set<TimePoint> starts;
    for (const auto& fact : facts_of(store, "A", 3)) starts.insert(fact.start);
    CHECK(starts == std::set{suite_begin + 6s, suite_begin + 7s, suite_begin + 8s});
}

void finds_claims(OrderStore& store, const WriteFacts& write) {
    write({.facts = {{"A", alias_fact(1, "mes", "crm:77", suite_begin + 5s)},
                     {"A", alias_fact(2, "mes", "crm:77", suite_begin + 3s)},
                     {"B", alias_fact(3, "mes", "crm:77", suite_begin + 4s)},
                     {"B", alias_fact(4, "mes", "wms:77", suite_begin)},
                     {"C", alias_fact(5, "mes", "wms:a:b", suite_begin)},
                     {"D", alias_fact(6, "mes", "nothing", suite_begin)}},
           .beats = {}});
    auto claims = store.claims_on({"77", "a:b", "nothing", "B"}).value();
    std::sort(claims.begin(), claims.end());
    CHECK(claims == std::vector<AliasClaim>{{"A", "crm", "77", suite_begin + 3s},
                                            {"B", "crm", "77", suite_begin + 4s},
                                            {"B", "wms", "77", suite_begin},
                                            {"C", "wms", "a:b", suite_begin}});
}

void tells_changes_once(OrderStore& store, const WriteFacts& write) {
    ChangeCursor since;
    write(batch_of({"A", "B", "C", "D", "E"}));
    CHECK(changed_orders(store, since, 2) == std::set<std::string>{"A", "B", "C", "D", "E"});
    CHECK(store.changes(since, plenty).value().orders.empty());
    write({.facts = {{"B", status_fact(1, "crm", "CANCELLED", suite_begin)}}, .beats = {}});
    CHECK(changed_orders(store, since) == std::set<std::string>{"B"});
}

void tells_every_change_however_it_is_asked(OrderStore& store, const WriteFacts& write) {
    ChangeCursor since;
    std::set<std::string> told;
    for (std::uint64_t round = 0; round < 5; ++round) {
        FactBatch batch;
        for (std::uint64_t i = 0; i < 20; ++i) {
            const auto id = round * 20 + i;
            batch.facts.push_back({std::to_string(i * (round + 1)), status_fact(id, "crm", "CREATED", suite_begin)});
        }
        write(batch);
        told = changed_orders(store, since, 1 + round * 3);
        for (const auto& fact : batch.facts) CHECK(told.count(fact.order) == 1);
    }
}

// The system was last heard of a minute before its end.
BeatOfSystem beat_of(const std::string& system, TimePoint start) {
    auto beat = quiet_beat(start, 5min);
    beat.seen_at = start + 4min;
    beat.received = 12;
    return {system, beat};
}

void gives_beats_back(OrderStore& store, const WriteFacts& write) {
    auto first = beat_of("mes", suite_begin);
    first.second.lost = 1;
    first.second.missing = 2;
    first.second.dropped = 3;
    first.second.rejected = 4;
    first.second.system_beats = 5;
    first.second.restarts = {{"mes-1", suite_begin + 1s}, {"mes=2", suite_begin + 2s}};
    const auto second = beat_of("mes", suite_begin + 5min);
    const auto third = beat_of("crm", suite_begin + 5min);
    write({.facts = {}, .beats = {first, second}});
    write({.facts = {}, .beats = {third, second}});
    CHECK(store.beats({}).value() == std::vector{third, first, second});
    CHECK(store.beats(suite_begin + 5min).value() == std::vector{third, first, second});
    CHECK(store.beats(suite_begin + 5min + Duration{1}).value() == std::vector{third, second});
    CHECK(store.changes({}, plenty).value().orders.empty());
}

void knows_when_systems_were_heard_of(OrderStore& store, const WriteFacts& write) {
    auto overdue = step_fact(3, "wms", "pack (overdue)", suite_begin + 9h, Duration{1});
    overdue.record = FactRecord::overdue;
    auto given_up = step_fact(4, "wms", "pack", suite_begin, 24h);
    given_up.record = FactRecord::abandoned;
    write({.facts = {{"A", status_fact(1, "crm", "CREATED", suite_begin + 1h)},
                     {"A", step_fact(2, "mes", "calc_price", suite_begin, 2h)},
                     {"A", overdue},
                     {"A", given_up}},
           .beats = {beat_of("crm", suite_begin), beat_of("tms", suite_begin)}});
    CHECK(store.last_seen().value() ==
          std::map<std::string, TimePoint>{
              {"crm", suite_begin + 1h}, {"mes", suite_begin + 2h}, {"tms", suite_begin + 4min}, {"wms", suite_begin}});
}

void finds_ids_nearby(OrderStore& store, const WriteFacts& write) {
    write(batch_of({"100", "1000", "1001", "101", "102", "103", "2", "ЗК-1", "ЗК-2"}));
    struct Row {
        std::string text;
        std::size_t limit;
        std::vector<std::string> want;
    };
    const std::vector<Row> rows{
        {"100", 3, {"100", "1000", "1001"}},
        {"100", 2, {"100", "1000"}},
        {"1001", 4, {"1001", "1000", "101", "102"}},  // one before, two behind
        {"ЗК", 2, {"ЗК-1", "ЗК-2"}},
        {"1025", 2, {"102", "103"}},
        {"0", 2, {"100", "1000"}},   // nothing before
        {"я", 2, {"ЗК-1", "ЗК-2"}},  // nothing behind
        {"", 3, {"100", "1000", "1001"}},
        {"9", 0, {}},
        {"%", 1, {"100"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text, row.limit);
        CHECK(store.nearest(row.text, row.limit).value() == row.want);
    }
}

}  // namespace

Fact status_fact(std::uint64_t id, std::string system, const std::string& status, TimePoint at) {
    Fact fact;
    fact.id = {id};
    fact.record = FactRecord::status;
    fact.start = at;
    fact.system = std::move(system);
    fact.name = "status " + status;
    fact.status = status;
    return fact;
}

Fact step_fact(std::uint64_t id, std::string system, std::string step, TimePoint start, Duration duration) {
    Fact fact;
    fact.id = {id};
    fact.record = FactRecord::step;
    fact.result = FactResult::ok;
    fact.start = start;
    fact.duration = duration;
    fact.system = std::move(system);
    fact.name = std::move(step);
    return fact;
}

Beat quiet_beat(TimePoint start, Duration length) {
    Beat beat;
    beat.host = "h";
    beat.start = start;
    beat.end = start + length;
    return beat;
}

Fact alias_fact(std::uint64_t id, std::string system, const std::string& alias, TimePoint at) {
    Fact fact;
    fact.id = {id};
    fact.record = FactRecord::alias;
    fact.start = at;
    fact.system = std::move(system);
    fact.name = "alias " + alias;
    fact.alias = alias;
    return fact;
}

const std::vector<StoreCase>& store_cases() {
    static const std::vector<StoreCase> cases{
        {"knows nothing of what nobody spoke of", knows_nothing},
        {"gives facts back as they were", gives_facts_back_as_they_were},
        {"keeps orders apart", keeps_orders_apart},
        {"ignores what came already", ignores_what_came_already},
        {"keeps the earlier of two facts with one id", keeps_the_earlier_of_one_id},
        {"gives the latest facts within a limit", gives_the_latest_within_a_limit},
        {"finds the claims on an id", finds_claims},
        {"tells changes once", tells_changes_once},
        {"tells every change, however it is asked", tells_every_change_however_it_is_asked},
        {"gives beats back", gives_beats_back},
        {"knows when systems were heard of", knows_when_systems_were_heard_of},
        {"finds ids nearby", finds_ids_nearby}};
    return cases;
}

}  // namespace ordertrace::test
