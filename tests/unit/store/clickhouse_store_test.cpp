// The second store on a real ClickHouse: hidden, for it wants one. tests/integration/test_clickhouse.py starts it, with
// Jaeger's table `spans` in the database `jaeger`, and names it in ORDERTRACE_CLICKHOUSE_PORT.
#include <cstdlib>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "store/clickhouse_migrate.h"
#include "store/clickhouse_store.h"
#include "unit/store/store_suite.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

namespace json = boost::json;
constexpr Duration patience = std::chrono::minutes{1};

std::string hex(std::uint64_t value) {
    std::string text(16, '0');
    for (std::size_t i = 0; i < 16; ++i) text[15 - i] = "0123456789abcdef"[value >> 4 * i & 15U];
    return text;
}

// A row of Jaeger's table as its writer makes it.
class SpanRow {
public:
    SpanRow(std::uint64_t id, const std::string& system, const std::string& name, TimePoint start, Duration duration) {
        row_ = {{"id", hex(id)},
                {"trace_id", "0123456789abcdef0123456789abcdef"},
                {"service_name", system},
                {"name", name},
                {"start_time", std::to_string(to_micros(start) * 1000)},
                {"duration", duration.count() * 1000}};
    }
    void set(const std::string& column, const std::string& value) { row_[column] = value; }
    void text(const std::string& key, const std::string& value) {
        if (!value.empty()) add("str_attributes", key, json::value(value));
    }
    void number(const std::string& key, std::int64_t value) {
        if (value != 0) add("int_attributes", key, json::value(value));
    }
    void resource(const std::string& key, const std::string& value) {
        add("resource_str_attributes", key, json::value(value));
    }
    std::string line() const { return json::serialize(row_) + "\n"; }

private:
    void add(const std::string& group, const std::string& key, const json::value& value) {
        for (const auto& [part, content] : {std::pair{".key", json::value(key)}, {".value", value}}) {
            auto& list = row_[group + part];
            if (!list.is_array()) list = json::array{};
            list.as_array().push_back(content);
        }
    }
    json::object row_;
};

std::string span_of(const OrderFact& told) {
    static constexpr const char* records[] = {"step",     "started", "overdue", "abandoned", "status", "sent",
                                              "received", "mark",    "note",    "alias",     "title",  "other"};
    static constexpr const char* results[] = {"", "ok", "fail", "timeout", "skip", "cancel"};
    const auto& fact = told.fact;
    SpanRow row{fact.id.value, fact.system, fact.name, fact.start, fact.duration};
    const bool hand_off = fact.record == FactRecord::sent || fact.record == FactRecord::received;
    row.text("order.id", told.order);
    row.text("order.namespace", "shop");
    row.text("order.record", records[static_cast<std::size_t>(fact.record)]);
    row.text("order.result", results[static_cast<std::size_t>(fact.result)]);
    row.text(hand_off ? "order.edge.status" : "order.status", fact.status);
    row.text("order.edge", fact.edge);
    row.text("messaging.message.id", fact.message);
    row.text("messaging.destination.name", fact.via);
    row.text("step.id", fact.step_id);
    row.text("service.instance.id", fact.instance);
    row.text("order.alias", fact.alias);
    row.text("abandoned.reason", fact.given_up ? "limit" : "");
    row.number("attempt", fact.attempt);
    row.number("attempt.max", fact.attempt_max);
    row.set("status_message", fact.note);
    if (fact.parent.value != 0) row.set("parent_span_id", hex(fact.parent.value));
    return row.line();
}

std::string span_of(const std::string& system, const Beat& beat) {
    static std::uint64_t id = 0;
    SpanRow row{++id, system, "beat", beat.start, beat.end - beat.start};
    row.text("order.record", "beat");
    row.resource("host.name", beat.host);
    row.number("system.seen_at", to_micros(beat.seen_at));
    row.number("agent.received", beat.received);
    row.number("agent.lost", beat.lost);
    row.number("agent.missing", beat.missing);
    row.number("agent.dropped.other", 77);
    row.number("agent.dropped.jaeger", beat.dropped);
    row.number("agent.rejected", beat.rejected);
    row.number("system.beats", beat.system_beats);
    std::string restarts;
    for (const auto& [instance, at] : beat.restarts)
        restarts += (restarts.empty() ? "" : " ") + instance + "=" + std::to_string(to_micros(at));
    row.text("system.restarted", restarts);
    return row.line();
}

// A database of its own with Jaeger's table in it.
class Database {
public:
    explicit Database(const std::string& name) {
        const auto* port = std::getenv("ORDERTRACE_CLICKHOUSE_PORT");
        if (port == nullptr) FAIL("set ORDERTRACE_CLICKHOUSE_PORT to the HTTP port of a ClickHouse");
        settings.url.port = static_cast<std::uint16_t>(std::atoi(port));
        settings.url.text = std::string{"http://127.0.0.1:"} + port;
        settings.username = "default";
        settings.timeout = std::chrono::seconds{30};
        run("DROP DATABASE IF EXISTS " + name);
        run("CREATE DATABASE " + name);
        settings.database = name;
        run("CREATE TABLE spans AS jaeger.spans");
    }
    void run(const std::string& sql) const {
        const auto done = ClickhouseClient{settings}.run(sql, patience);
        if (!done) FAIL(done.error().message);
    }
    void write(const FactBatch& batch) const {
        std::string rows;
        for (const auto& fact : batch.facts) rows += span_of(fact);
        for (const auto& [system, beat] : batch.beats) rows += span_of(system, beat);
        run("INSERT INTO spans FORMAT JSONEachRow\n" + rows);
    }
    void migrate() const {
        const auto done = migrate_clickhouse(settings, [](const std::string&) {});
        if (!done) FAIL(done.error().message);
    }
    void remove() const {
        REQUIRE(remove_from_clickhouse(settings, [](const std::string&) {}));
    }
    ClickhouseStore store() const { return {settings, "shop", "jaeger"}; }

    ClickhouseSettings settings;
};

std::vector<Fact> facts_of(ClickhouseStore& store, const std::string& order) {
    const auto found = store.facts_of({order}, 100);
    if (!found) FAIL(found.error().message);
    return found->front();
}

}  // namespace

TEST_CASE("the ClickHouse store does what every store must do", "[.clickhouse]") {
    int count = 0;
    for (const auto& one : store_cases()) {
        CAPTURE(one.name);
        const Database database{"suite_" + std::to_string(++count)};
        database.migrate();
        auto store = database.store();
        one.run(store, [&](const FactBatch& batch) { database.write(batch); });
    }
}

TEST_CASE("the ClickHouse store does the same with what Jaeger wrote before and twice", "[.clickhouse]") {
    const Database database{"filled"};
    const auto early = status_fact(1, "crm", "CREATED", suite_begin);
    const auto late = status_fact(1, "crm", "CREATED", suite_begin + Duration{5});
    const auto other = status_fact(2, "mes", "CREATED", suite_begin + std::chrono::hours{48});
    const FactBatch batch{.facts = {{"A", late}, {"A", early}, {"B", other}, {"C\\'\n\tЗК", early}}, .beats = {}};
    database.write(batch);
    database.write(batch);
    CHECK_FALSE(database.store().ping());
    database.migrate();
    database.migrate();
    database.write(batch);
    auto store = database.store();
    CHECK(store.ping());
    CHECK(facts_of(store, "A") == std::vector{early});
    CHECK(facts_of(store, "B") == std::vector{other});
    CHECK(facts_of(store, "C\\'\n\tЗК") == std::vector{early});
    CHECK(store.nearest("C\\'\n\t", 1).value() == std::vector<std::string>{"C\\'\n\tЗК"});
    CHECK(store.last_seen().value().size() == 2);
}

TEST_CASE("Jaeger writes before, between and after the register's tables", "[.clickhouse]") {
    const Database database{"removed"};
    const FactBatch batch{.facts = {{"A", status_fact(1, "crm", "CREATED", suite_begin)}}, .beats = {}};
    for (int round = 0; round < 2; ++round) {
        database.write(batch);
        database.migrate();
        database.write(batch);
        auto store = database.store();
        CHECK(facts_of(store, "A").size() == 1);
        database.remove();
        database.remove();
    }
    database.write(batch);
    const auto gone = database.store().ping();
    REQUIRE_FALSE(gone);
    CHECK(gone.error().message.find("; make the register's tables with `ordertrace-board migrate`") !=
          std::string::npos);
}

TEST_CASE("spans from anyone are read within the bounds, and no view refuses them", "[.clickhouse]") {
    const Database database{"foreign"};
    database.migrate();
    const std::string base = R"("str_attributes.key":["order.id","order.namespace","order.record","order.alias"],)";
    const std::string rows =
        // No id, a negative duration.
        "{" + base + R"("str_attributes.value":["A","shop","novelty",""],"id":"zz",)" +
        R"("start_time":"1795305600000000000","duration":-7})" +
        // Texts of any size; an alias that is none.
        "{" + base +
        R"("str_attributes.value":["A","shop","alias",":"],"id":"01","start_time":"5000000000000000000",)" +
        R"("duration":9223372036854775807,"service_name":")" + std::string(300, 'x') + R"("})" +
        // Another namespace, no order, an id that is too long, no tags at all, a probe of an agent.
        "{" + base + R"("str_attributes.value":["A","other","status",""],"id":"02"})" + "{" + base +
        R"("str_attributes.value":["","shop","status",""],"id":"03"})" + "{" + base + R"("str_attributes.value":[")" +
        std::string(129, 'x') + R"(","shop","status",""],"id":"04"})" + R"({"id":"05"})" +
        R"({"str_attributes.key":["order.record"],"str_attributes.value":["beat"],)" +
        R"("duration":1000,"service_name":"p"})" +
        // The first log's message is the note; a parent that is a link is none.
        "{" + base + R"("str_attributes.value":["N","shop","note",""],"id":"06","start_time":"1795305600000000000",)" +
        R"("parent_span_id":"00000000000000aa","links.trace_id":["t"],"links.span_id":["00000000000000aa"],)" +
        R"("links.trace_state":[""],)" + R"("links.bool_attributes":[[]],"links.double_attributes":[[]],)" +
        R"("links.int_attributes":[[]],"links.complex_attributes":[[]],"links.str_attributes":[[]],)" +
        R"("events.bool_attributes":[[],[]],"events.double_attributes":[[],[]],)" +
        R"("events.int_attributes":[[],[]],"events.complex_attributes":[[],[]],)" +
        R"("events.name":["note","note"],)" + R"("events.timestamp":["1795305600000000000","1795305600000000000"],)" +
        R"("events.str_attributes":[[{"key":"k","value":"v"},{"key":"message","value":"first"}],)" +
        R"([{"key":"message","value":"second"}]]})";
    database.run("INSERT INTO spans FORMAT JSONEachRow\n" + rows);
    auto store = database.store();
    const auto facts = facts_of(store, "A");
    REQUIRE(facts.size() == 2);
    CHECK(facts[0].system == std::string(128, 'x'));
    CHECK(facts[0].record == FactRecord::alias);
    CHECK(facts[1].record == FactRecord::other);
    CHECK(facts[1].start == from_micros(1'795'305'600'000'000));
    CHECK(facts[1].duration == Duration{});
    const auto note = facts_of(store, "N");
    REQUIRE(note.size() == 1);
    CHECK(note[0].note == "first");
    CHECK(note[0].parent == ParentId{});
    CHECK(store.beats({}).value().empty());
    CHECK(store.claims_on({"", ":"}).value().empty());
    CHECK(store.nearest("", 10).value() == std::vector<std::string>{"A", "N"});
}
