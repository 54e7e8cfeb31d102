#include "unit/store/sqlite_support.h"

using namespace ordertrace;
using namespace ordertrace::test;
using namespace std::chrono_literals;

TEST_CASE("what a batch was is counted") {
    const StoreFile store;
    const auto fact = status_fact(1, "crm", "CREATED", suite_begin);
    const BeatOfSystem beat{"crm", quiet_beat(suite_begin, 5min)};
    for (int i = 0; i < 2; ++i)
        REQUIRE(store.writer->write({.facts = {{"A", fact}, {"A", fact}, {"B", fact}},
                                     .beats = {beat},
                                     .other_namespace = 4,
                                     .without_order = 5},
                                    suite_begin));
    const auto& counters = store.writer->counters();
    CHECK(counters.facts_written == 2);
    CHECK(counters.facts_duplicate == 4);
    CHECK(counters.beats == 2);
    CHECK(counters.other_namespace == 8);
    CHECK(counters.without_order == 10);
}

TEST_CASE("orders go by the age of their last change") {
    const StoreFile store{{.keep = 24h}};
    store.write(orders_of("old", 3), suite_begin);
    store.write(orders_of("young", 2), suite_begin + 1h);
    store.write({{"old1", status_fact(9, "crm", "CANCELLED", suite_begin)}}, suite_begin + 2h);
    CHECK_FALSE(taken(store.writer->tidy(suite_begin + 24h)));
    const auto reader = store.reader();
    CHECK(all_orders(*reader).size() == 5);
    CHECK_FALSE(taken(store.writer->tidy(suite_begin + 24h + 1min)));
    CHECK(all_orders(*reader) == std::vector<std::string>{"old1", "young0", "young1"});
    CHECK(all_removed(*reader) == std::vector<std::string>{"old0", "old2"});
    CHECK(fact_ids(*reader, "old0").empty());
    CHECK(fact_ids(*reader, "old1") == std::vector<std::uint64_t>{2, 9});
    CHECK(store.writer->counters().removed.by_age == 2);
    CHECK(store.writer->counters().removed.by_limit == 0);
    CHECK(integrity_of(store.file) == "ok");
}

TEST_CASE("a turn of retention is bounded and says that there is more") {
    const StoreFile store{{.keep = 24h}};
    store.write(orders_of("A", 450));
    int turns = 1;
    while (taken(store.writer->tidy(suite_begin + 48h))) ++turns;
    CHECK(turns == 3);
    CHECK(store.writer->counters().removed.by_age == 450);
    CHECK(all_orders(*store.reader()).empty());
}

TEST_CASE("an order with more facts than a turn may take goes whole, and ends the turn") {
    const StoreFile store{{.keep = 24h}};
    std::vector<OrderFact> facts;
    for (std::uint64_t id = 0; id < 5'000; ++id) facts.push_back({"A", status_fact(id, "crm", "C", suite_begin)});
    store.write(facts);
    store.write(orders_of("B", 1));
    CHECK(taken(store.writer->tidy(suite_begin + 48h)));
    CHECK(all_orders(*store.reader()) == std::vector<std::string>{"B0"});
}

TEST_CASE("over the limit of bytes the oldest orders go, and the file stays within it") {
    const std::uint64_t limit = 1'000'000;
    const StoreFile store{{.bytes = limit}};
    const std::uint64_t batch = 100'000;
    for (int i = 0; i < 40; ++i) {
        store.write(orders_of("A" + std::to_string(i) + "-", 100, 500), suite_begin + 1s * i);
        CHECK(taken(store.writer->used_bytes()) <= limit + batch);
        CHECK(std::filesystem::file_size(store.file) <= limit + 2 * batch);
    }
    const auto reader = store.reader();
    CHECK(fact_ids(*reader, "A39-99").size() == 1);
    CHECK(fact_ids(*reader, "A0-0").empty());
    const auto kept = all_orders(*reader).size();
    CHECK(kept >= 1'000);
    CHECK(store.writer->counters().removed.by_limit == 4'000 - kept);
    CHECK(all_removed(*reader).size() == 4'000 - kept);
    CHECK(integrity_of(store.file) == "ok");
}

TEST_CASE("a file far over a lowered limit comes down turn by turn") {
    StoreFile store;
    store.write(orders_of("A", 1'000, 500));
    store.reopen({.bytes = 300'000});
    CHECK(taken(store.writer->tidy(suite_begin)));
    while (taken(store.writer->tidy(suite_begin))) continue;
    CHECK(taken(store.writer->used_bytes()) <= 300'000);
    CHECK(all_orders(*store.reader()).size() > 300);
}

TEST_CASE("an order that comes back after its removal is an order again") {
    const StoreFile store{{.keep = 24h}};
    store.write({{"A", alias_fact(1, "mes", "crm:77", suite_begin)}});
    taken(store.writer->tidy(suite_begin + 48h));
    const auto reader = store.reader();
    CHECK(taken(reader->claims_on({"77"})).empty());
    const auto removed = taken(reader->removals({}, 10));
    CHECK(removed.orders == std::vector<std::string>{"A"});
    store.write({{"A", status_fact(2, "crm", "CREATED", suite_begin)}}, suite_begin + 48h);
    const auto changed = taken(reader->changes({}, 10));
    CHECK(changed.orders == std::vector<std::string>{"A"});
    CHECK(changed.next > removed.next);
    CHECK(fact_ids(*reader, "A") == std::vector<std::uint64_t>{2});
}

TEST_CASE("removals are told for a day, beats are kept for thirty, systems as long") {
    const StoreFile store{{.keep = 24h}};
    const BeatOfSystem beat{"crm", quiet_beat(suite_begin, 5min)};
    REQUIRE(store.writer->write({.facts = orders_of("A", 1), .beats = {beat}}, suite_begin));
    const auto reader = store.reader();
    taken(store.writer->tidy(suite_begin + 48h));
    CHECK(all_removed(*reader).size() == 1);
    taken(store.writer->tidy(suite_begin + 73h));
    CHECK(all_removed(*reader).empty());
    taken(store.writer->tidy(suite_begin + 24h * 30));
    CHECK(taken(reader->beats({})).size() == 1);
    CHECK(taken(reader->last_seen()).size() == 1);
    taken(store.writer->tidy(suite_begin + 24h * 30 + 6min));
    CHECK(taken(reader->beats({})).empty());
    CHECK(taken(reader->last_seen()).empty());
}

TEST_CASE("a beat told again with a later end is the later one") {
    const StoreFile store;
    const auto early = quiet_beat(suite_begin, 1min);
    const auto late = quiet_beat(suite_begin, 2min);
    for (const auto& beats : {std::vector{early, late}, std::vector{late, early}})
        for (const auto& beat : beats)
            REQUIRE(store.writer->write({.facts = {}, .beats = {{"crm", beat}}}, suite_begin));
    CHECK(taken(store.reader()->beats({})) == std::vector<BeatOfSystem>{{"crm", late}});
}

TEST_CASE("only the systems heard of last are kept") {
    const StoreFile store;
    std::vector<OrderFact> facts;
    for (int i = 0; i < 1'010; ++i)
        facts.push_back(
            {"A", status_fact(static_cast<std::uint64_t>(i), "s" + std::to_string(i), "C", suite_begin + 1s * i)});
    store.write(facts);
    taken(store.writer->tidy(suite_begin));
    const auto seen = taken(store.reader()->last_seen());
    CHECK(seen.size() == 1'000);
    CHECK(seen.count("s9") == 0);
    CHECK(seen.count("s10") == 1);
}
