#include <algorithm>

#include <catch2/catch.hpp>

#include "board/order_register.h"
#include "board/watcher.h"
#include "store/temporary_folder.h"
#include "unit/orders/orders_support.h"
#include "unit/register/fake_store.h"

using namespace ordertrace;
using namespace ordertrace::test;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

// A register over a store in memory, its watcher, and the agent that takes its marks.
struct Shop {
    TemporaryFolder folder = std::move(*TemporaryFolder::make("watcher-test"));
    FakeStore* store = new FakeStore;  // the watcher owns it
    std::vector<std::string> marks;
    bool agent_listens = true;
    Watcher watcher;

    explicit Shop(WatchRules rules = {})
        : watcher{shop(),
                  rules,
                  std::unique_ptr<OrderStore>{store},
                  std::move(*IndexWriter::make(folder.path() + "/index.db")),
                  [this](const std::string& line) {
                      if (agent_listens) marks.push_back(line);
                      return agent_listens;
                  },
                  [] { return false; }} {}

    void tell(const std::string& order, const Facts& facts) {
        for (const auto& fact : facts) store->add(order, fact);
    }
    std::vector<std::string> stuck(const ListQuery& query = {}) const {
        const auto index = std::move(*IndexReader::open(folder.path() + "/index.db"));
        std::vector<std::string> orders;
        const auto page = index->stuck(query);
        for (const auto& digest : page->digests) orders.push_back(digest.order);
        return orders;
    }
    StageOverview stage(const std::string& name) const {
        for (const auto& row : watcher.overview()->stages)
            if (row.stage == name) return row;
        return {};
    }
};

using Orders = std::vector<std::string>;

}  // namespace

TEST_CASE("an order is stuck from the first cycle after its limit, and free one cycle after the missing fact") {
    Shop world;
    world.tell("A", priced());
    world.tell("B", priced_and_seen());

    world.watcher.cycle(at("10:04:00"));
    CHECK(world.stuck() == Orders{});
    world.watcher.cycle(at("10:05:10"));
    CHECK(world.stuck() == Orders{"A"});
    CHECK(world.watcher.overview()->stuck == 1);
    CHECK(world.stage("PRICE_CALCULATED").orders == 2);
    CHECK(world.stage("PRICE_CALCULATED").stuck == 1);
    CHECK(world.stage("PRICE_CALCULATED").oldest == at("10:00:00"));

    world.tell("A", {status("crm", "PRICE_CALCULATED", at("10:05:11"))});
    world.watcher.cycle(at("10:05:20"));
    CHECK(world.stuck() == Orders{});
    CHECK(world.watcher.overview()->stuck == 0);
}

TEST_CASE("only orders whose time has come are judged again") {
    Shop world;
    for (int i = 0; i < 50; ++i) world.tell("N" + std::to_string(i), priced_and_seen());
    world.watcher.cycle(at("10:02:00"));
    CHECK(world.watcher.overview()->counters.judged == 50);
    world.watcher.cycle(at("10:02:10"));
    CHECK(world.watcher.overview()->counters.judged == 50);
}

TEST_CASE("the register is complete after the first whole cycle") {
    Shop world;
    CHECK_FALSE(world.watcher.overview()->caught_up);
    for (int i = 0; i < 1'200; ++i) world.tell("N" + std::to_string(i), priced());
    world.watcher.cycle(at("11:00:00"));
    CHECK(world.watcher.overview()->caught_up);
    CHECK(world.watcher.overview()->orders == 1'200);
    CHECK(world.watcher.overview()->stuck == 1'200);
}

TEST_CASE("a store that does not answer leaves the last overview, and is told of") {
    Shop world;
    world.tell("A", priced());
    world.watcher.cycle(at("10:06:00"));
    world.store->fail_with("clickhouse http://x: no answer");
    world.watcher.cycle(at("10:06:10"));
    CHECK(world.watcher.overview()->trouble == "clickhouse http://x: no answer");
    CHECK(world.watcher.overview()->stuck == 1);
    CHECK(world.watcher.overview()->counters.failed_cycles == 1);
    world.store->fail_with("");
    world.tell("A", {status("crm", "PRICE_CALCULATED", at("10:06:11"))});
    world.watcher.cycle(at("10:06:20"));
    CHECK(world.watcher.overview()->trouble.empty());
    CHECK(world.watcher.overview()->stuck == 0);
}

TEST_CASE("what retention removed is counted no more") {
    Shop world;
    world.tell("A", priced());
    world.watcher.cycle(at("10:06:00"));
    world.store->remove("A");
    world.watcher.cycle(at("10:06:10"));
    CHECK(world.watcher.overview()->orders == 0);
    CHECK(world.stuck() == Orders{});
}

TEST_CASE("an id that turns out to be another order's alias is no order of its own") {
    Shop world;
    auto claim = other(FactRecord::alias, "online-shop", "alias mes:J-7", at("10:30:00"));
    claim.alias = "mes:J-7";
    world.tell("J-7", {status("mes", "PRICE_CALCULATED", at("10:00:00"))});
    world.tell("A", {status("online-shop", "CREATED", at("09:00:00"))});
    world.watcher.cycle(at("10:01:00"));
    CHECK(world.watcher.overview()->orders == 2);
    world.tell("A", {claim});
    world.watcher.cycle(at("10:31:00"));
    CHECK(world.watcher.overview()->orders == 1);
    CHECK(world.stuck() == Orders{"A"});
    // What comes under the other name later belongs to the order at once.
    world.tell("J-7", {status("mes", "MANUFACTURING_STARTED", at("10:31:01"))});
    world.watcher.cycle(at("10:31:10"));
    CHECK(world.stage("MANUFACTURING_STARTED").orders == 1);
}

TEST_CASE("a stuck order is marked once, again only while the mark is not among the facts") {
    Shop world;
    world.tell("A", priced());
    world.watcher.cycle(at("10:06:00"));
    const std::string stuck = "ord1 mark A sys=order ns=shop step=\"stuck in PRICE_CALCULATED\" start=" +
                              std::to_string(to_micros(at("10:05:00"))) +
                              " end=" + std::to_string(to_micros(at("10:05:00")) + 1) + " res=fail";
    REQUIRE(world.marks == Orders{stuck});
    world.watcher.cycle(at("10:06:10"));
    CHECK(world.marks.size() == 1);
    world.watcher.cycle(at("10:07:05"));  // a minute later it is still not there: the datagram was lost
    CHECK(world.marks == Orders{stuck, stuck});

    auto mark = other(FactRecord::mark, "order", "stuck in PRICE_CALCULATED", at("10:05:00"));
    mark.result = FactResult::fail;
    world.tell("A", {mark});
    for (const auto* time : {"10:07:10", "10:09:00", "10:30:00"}) world.watcher.cycle(at(time));
    CHECK(std::count(world.marks.begin(), world.marks.end(), stuck) == 2);
}

TEST_CASE("an agent that does not listen is tried again") {
    Shop world;
    world.agent_listens = false;
    world.tell("A", priced());
    world.watcher.cycle(at("10:06:00"));
    CHECK(world.watcher.overview()->counters.marks_failed == 1);
    world.agent_listens = true;
    world.watcher.cycle(at("10:07:05"));
    CHECK(world.marks.size() == 1);
    CHECK(world.watcher.overview()->counters.marks_sent == 1);
}

TEST_CASE("a finished stay is marked when it has settled") {
    Shop world;
    world.tell("A", priced_and_seen());
    world.watcher.cycle(at("10:02:00"));
    CHECK(world.marks.empty());
    world.watcher.cycle(at("10:10:05"));
    CHECK(world.marks ==
          Orders{"ord1 mark A sys=order ns=shop step=\"in CREATED\" start=" +
                 std::to_string(to_micros(at("09:00:00"))) + " end=" + std::to_string(to_micros(at("10:00:00")))});
}

TEST_CASE("what is older than look_back is counted once and not marked") {
    Shop world;
    world.tell("A", priced());
    world.watcher.cycle(at("10:06:00") + hours{24 * 8});
    world.watcher.cycle(at("10:07:30") + hours{24 * 8});
    CHECK(world.marks.empty());
    CHECK(world.watcher.overview()->counters.marks_too_old == 2);  // the stay in CREATED and being stuck
}

TEST_CASE("a flood of stuck orders is marked in portions, all of them in the end") {
    Shop world;
    for (int i = 0; i < 2'500; ++i) world.tell("N" + std::to_string(i), priced());
    world.watcher.cycle(at("10:06:00"));
    CHECK(world.marks.size() == Watcher::marks_a_cycle);
    for (int minute = 7; minute < 30; ++minute) world.watcher.cycle(at("10:00:01") + minutes{minute});
    std::sort(world.marks.begin(), world.marks.end());
    world.marks.erase(std::unique(world.marks.begin(), world.marks.end()), world.marks.end());
    CHECK(world.marks.size() >= 2'500);
}

TEST_CASE("new beats make the orders of their system be judged again") {
    Shop world;
    world.tell("A", {status("online-shop", "CREATED", at("09:00:00")), status("crm", "CREATED", at("09:00:01")),
                     status("mes", "CREATED", at("09:00:01")), started("mes", "calc_price", at("09:01:00"))});
    world.watcher.cycle(at("09:02:00"));
    CHECK(world.stuck() == Orders{});
    auto silent = beat(at("09:00:00"), at("09:30:00"));
    silent.seen_at = at("09:01:00");
    silent.system_beats = 1;
    world.store->add_beat("mes", silent);
    world.watcher.cycle(at("09:30:10"));
    CHECK(world.stuck() == Orders{"A"});
}

TEST_CASE("the stuck list pages, filters, and is worst first") {
    Shop world;
    for (int i = 0; i < 7; ++i) {
        auto facts = Facts{};
        for (auto fact : priced()) {
            fact.start += minutes{i};
            facts.push_back(fact);
        }
        world.tell("N" + std::to_string(i), facts);
    }
    world.watcher.cycle(at("12:00:00"));
    CHECK(world.stuck() == Orders{"N0", "N1", "N2", "N3", "N4", "N5", "N6"});

    const auto index = std::move(*IndexReader::open(world.folder.path() + "/index.db"));
    ListQuery query;
    query.limit = 3;
    Orders all;
    for (int page = 0; page < 3; ++page) {
        const auto found = index->stuck(query);
        REQUIRE(found);
        for (const auto& digest : found->digests) all.push_back(digest.order);
        query.cursor = found->next;
    }
    CHECK(query.cursor.empty());
    CHECK(all == world.stuck());

    CHECK(world.stuck({.stage = "PACKAGING"}).empty());
    CHECK(world.stuck({.stage = "PRICE_CALCULATED"}).size() == 7);
    CHECK(world.stuck({.edge = "mes>crm", .hand_offs_only = true}).size() == 7);
    CHECK(world.stuck({.edge = "crm>mes"}).empty());
    CHECK(world.stuck({.since_before = at("10:02:30")}) == Orders{"N0", "N1", "N2"});
    CHECK(index->stuck({.cursor = "page2"}).error().message == "cursor: not one of this list; begin without one");
}

TEST_CASE("one order is answered from the store, judged now") {
    Shop world;
    auto* store = new FakeStore;
    for (const auto& fact : priced()) store->add("10042", fact);
    store->add("10043", status("online-shop", "CREATED", at("09:00:00")));
    OrderRegister orders{shop(),
                         {},
                         std::unique_ptr<OrderStore>{store},
                         std::move(*IndexReader::open(world.folder.path() + "/index.db")),
                         [&] { return world.watcher.overview(); },
                         [] { return at("12:05:00"); }};
    const auto found = orders.order("10042");
    REQUIRE(found);
    CHECK(found->trace_id == "8d91de8595de911c410b46d59c175b06");
    CHECK(word_for(found->verdict.kind) == "not_sent");
    CHECK(std::is_sorted(found->order.facts.begin(), found->order.facts.end(),
                         [](const Fact& a, const Fact& b) { return a.start < b.start; }));

    const auto unknown = orders.order("1004");
    REQUIRE(unknown);
    CHECK(unknown->verdict.kind == VerdictKind::unknown);
    CHECK(unknown->nearest == Orders{"10042", "10043"});
}
