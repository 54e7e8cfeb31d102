#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "store/clickhouse_changes.h"

using namespace ordertrace;

namespace {

constexpr std::int64_t began = 1'795'305'600'000'000;
constexpr std::int64_t second = 1'000'000;

// A database of orders and changes whose clock a test moves; both clocks go together.
struct Database {
    std::set<std::string> orders;
    std::set<ChangeRow> changes;
    std::int64_t now = began;
    std::size_t questions = 0;
    bool down = false;

    void change(const std::string& order, std::int64_t at) {
        orders.insert(order);
        changes.insert({.at = at, .order = order});
    }
    void change(const std::string& order) { change(order, now); }

    template <class Rows>
    static Rows after(const auto& all, const auto& place, std::size_t limit) {
        Rows rows;
        for (auto row = all.upper_bound(place); row != all.end() && rows.size() < limit; ++row) rows.push_back(*row);
        return rows;
    }

    ChangeSource source() {
        return {.now = [this]() -> Result<std::int64_t> { return now; },
                .orders = [this](const std::string& place, std::size_t limit) -> Result<std::vector<std::string>> {
                    if (down) return fail("down");
                    return after<std::vector<std::string>>(orders, place, limit);
                },
                .changes = [this](const ChangeRow& place, std::size_t limit) -> Result<std::vector<ChangeRow>> {
                    ++questions;
                    if (down) return fail("down");
                    return after<std::vector<ChangeRow>>(changes, place, limit);
                },
                .clock = [this] { return std::chrono::steady_clock::time_point{Duration{now}}; }};
    }
};

using Orders = std::vector<std::string>;

// All that there is to tell, in pieces; the cursor moves to the last.
Orders told(ClickhouseChanges& changes, ChangeCursor& cursor, std::size_t limit = 100) {
    Orders orders;
    for (bool more = true; more;) {
        const auto found = changes.since(cursor, limit);
        REQUIRE(found);
        REQUIRE(found->orders.size() <= limit);
        REQUIRE(found->next >= cursor);
        if (found->more) REQUIRE(found->next > cursor);
        orders.insert(orders.end(), found->orders.begin(), found->orders.end());
        cursor = found->next;
        more = found->more;
    }
    std::sort(orders.begin(), orders.end());
    return orders;
}

Orders names(std::size_t count) {
    Orders orders;
    for (std::size_t i = 0; i < count; ++i) orders.push_back("A" + std::to_string(i));
    std::sort(orders.begin(), orders.end());
    return orders;
}

}  // namespace

TEST_CASE("all orders are told once, in pieces of any size, and then nothing") {
    const auto limit = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{8}, std::size_t{100});
    Database database;
    for (const auto& order : names(7)) database.change(order);
    ClickhouseChanges changes{database.source()};
    ChangeCursor cursor;
    CHECK(told(changes, cursor, limit) == names(7));
    CHECK(told(changes, cursor, limit).empty());
    CHECK(cursor.value >= began);
}

TEST_CASE("an order that changes is told at once, and once more when late parts of it can be seen") {
    Database database;
    database.change("A");
    ClickhouseChanges changes{database.source()};
    ChangeCursor cursor;
    told(changes, cursor);
    database.now += 100 * second;
    told(changes, cursor);  // A, the second time
    database.change("B");
    CHECK(told(changes, cursor) == Orders{"B"});
    database.now += 20 * second;
    CHECK(told(changes, cursor).empty());
    database.now += 20 * second;
    CHECK(told(changes, cursor) == Orders{"B"});
    database.now += 40 * second;
    CHECK(told(changes, cursor).empty());
}

TEST_CASE("a change that can be seen late is told") {
    Database database;
    ClickhouseChanges changes{database.source()};
    ChangeCursor cursor;
    told(changes, cursor);
    database.now += 100 * second;
    database.change("A");
    CHECK(told(changes, cursor) == Orders{"A"});
    database.change("B", database.now - 20 * second);
    CHECK(told(changes, cursor) == Orders{"B"});
}

TEST_CASE("changes of one moment are told in pieces and over pages of the table") {
    Database database;
    ClickhouseChanges changes{database.source()};
    ChangeCursor cursor;
    told(changes, cursor);
    const auto count = ClickhouseChanges::page * 2 + 5;
    for (const auto& order : names(count)) database.change(order);
    CHECK(told(changes, cursor, 3000) == names(count));
    CHECK(told(changes, cursor, 3000).empty());
}

TEST_CASE("a cursor that was not the last given one is begun at anew") {
    Database database;
    for (const auto& order : names(5)) database.change(order);
    ClickhouseChanges changes{database.source()};
    ChangeCursor cursor;
    const auto first = changes.since(cursor, 2);
    REQUIRE(first);
    CHECK(told(changes, cursor) == names(5));
    database.change("B");
    const auto before = cursor;
    CHECK(told(changes, cursor) == Orders{"B"});
    cursor = before;
    const auto again = told(changes, cursor);
    CHECK(std::count(again.begin(), again.end(), "B") == 1);
}

TEST_CASE("nothing is lost when the database does not answer") {
    Database database;
    database.change("A");
    ClickhouseChanges changes{database.source()};
    ChangeCursor cursor;
    told(changes, cursor);
    database.change("B");
    database.down = true;
    CHECK_FALSE(changes.since(cursor, 100));
    database.down = false;
    const auto after = told(changes, cursor);
    CHECK(std::count(after.begin(), after.end(), "B") == 1);
}

TEST_CASE("after a pause longer than changes are kept, all orders are told") {
    Database database;
    database.change("A");
    ClickhouseChanges changes{database.source()};
    ChangeCursor cursor;
    told(changes, cursor);
    database.now += 49 * 3600 * second;
    database.orders.insert("B");  // its change is gone already
    CHECK(told(changes, cursor) == Orders{"A", "B"});
}
