#include <catch2/catch.hpp>

#include "orders/verdict.h"
#include "unit/orders/orders_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

using std::chrono::hours;
using std::chrono::minutes;

const auto fine = "on_time PRICE_CALCULATED mes, crm to act";
const auto crm_runs = "running PRICE_CALCULATED crm approve, crm to act";
const auto crm_late = "running PRICE_CALCULATED crm approve overdue, crm to act";
const auto crm_died = "died_inside PRICE_CALCULATED crm approve, crm to act";
const auto approve = started("crm", "approve", at("10:10"));

Beat silent_since(const char* seen, const char* end, std::int64_t beat_lines = 1) {
    auto one = beat(at(end) - minutes{5}, at(end));
    one.seen_at = at(seen);
    one.system_beats = beat_lines;
    return one;
}

Beat restarted(const char* instance, const char* time) {
    auto one = beat(at(time) - minutes{1}, at(time) + minutes{4});
    one.restarts = {{instance, at(time)}};
    return one;
}

SystemLives of(const char* system, const std::vector<Beat>& beats) {
    SystemLives lives;
    for (const auto& one : beats) lives.add(system, one);
    return lives;
}

}  // namespace

TEST_CASE("when a step is open") {
    struct Row {
        const char* name;
        Facts facts;
        const char* now;
        const char* words;
    };
    const auto row = GENERATE(values<Row>({
        {"its marker is there and it is not", {approve}, "10:20", crm_runs},
        {"it came", {approve, step("crm", "approve", at("10:10"), at("10:15"))}, "10:20", fine},
        {"it was superseded", {approve, superseded("crm", "approve", at("10:10"), at("10:15"))}, "10:20", fine},
        {"another attempt came",
         {approve, step("crm", "approve", at("10:10"), at("10:15")).tried(2)},
         "10:20",
         crm_runs},
        {"it is overdue", {approve, overdue("crm", "approve", at("10:10"), at("10:25"))}, "10:25", crm_late},
        {"its overdue marker lies ahead",
         {approve, overdue("crm", "approve", at("10:10"), at("10:25"))},
         "10:24",
         crm_runs},
        {"the overdue marker alone is enough",
         {overdue("crm", "approve", at("10:10"), at("10:25"))},
         "10:25",
         crm_late},
        {"it began in an earlier stage", {started("mes", "calc", at("09:59:59"))}, "10:20", fine},
        {"it began with the stage",
         {started("mes", "calc", at("10:00"))},
         "10:20",
         "running PRICE_CALCULATED mes calc, mes to act"},
        {"a later stage was reached",
         {approve, status("crm", "MANUFACTURING_APPROVED", at("10:12")),
          status("mes", "MANUFACTURING_APPROVED", at("10:12"))},
         "10:20",
         "on_time MANUFACTURING_APPROVED crm, mes to act"},
        {"a later stage was reached, and it came back to this one",
         {approve, status("crm", "MANUFACTURING_APPROVED", at("10:12")), status("mes", "PRICE_CALCULATED", at("10:15")),
          status("crm", "PRICE_CALCULATED", at("10:16"))},
         "10:20",
         fine},
        {"ignored steps say nothing", {started("crm", "http GET /", at("10:10"))}, "10:20", fine},
        {"a marker that names no step", {other(FactRecord::started, "crm", "x (started)", at("10:10"))}, "10:20", fine},
        {"the first of several", {started("crm", "second", at("10:11")), approve}, "10:20", crm_runs},
        {"but rather one that is overdue",
         {started("mes", "first", at("10:05")), approve, overdue("crm", "approve", at("10:10"), at("10:25"))},
         "10:30",
         crm_late},
    }));
    CAPTURE(row.name);
    CHECK(words(judged(priced_and_seen() + row.facts, at(row.now))) == row.words);
}

TEST_CASE("when a system died inside a step") {
    const auto on_b = Told{approve}.inst("b");
    struct Row {
        const char* name;
        Facts facts;
        std::vector<Beat> beats;
        const char* words;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"its agent lives and heard nothing", {approve}, {silent_since("10:12", "10:28")}, crm_died},
        {"exactly as long as it may be silent", {approve}, {silent_since("10:13", "10:28")}, crm_runs},
        {"heard again", {approve}, {silent_since("10:12", "10:28"), silent_since("10:32", "10:33")}, crm_runs},
        {"another host's agent heard it",
         {approve},
         {silent_since("10:12", "10:33"),
          [] {
              auto b = silent_since("10:31", "10:32");
              b.host = "two";
              return b;
          }()},
         crm_runs},
        {"it never sends `beat` lines", {approve}, {silent_since("10:12", "10:28", 0)}, crm_runs},
        {"it sent them once",
         {approve},
         {silent_since("10:12", "10:12:01"), silent_since("10:12", "10:28", 0)},
         crm_died},
        {"no open step", {}, {silent_since("10:12", "10:40")}, fine},
        {"restarted after its start", {approve}, {restarted("a", "10:11")}, crm_died},
        {"restarted before", {approve}, {restarted("a", "10:10")}, crm_runs},
        {"another instance than the step's", {on_b}, {restarted("a", "10:11")}, crm_runs},
        {"the step's instance", {on_b}, {restarted("b", "10:11")}, crm_died},
        {"restarted before and after", {on_b}, {restarted("b", "10:11"), restarted("b", "09:00")}, crm_died},
        {"the step was done before",
         {approve, step("crm", "approve", at("10:10"), at("10:11"))},
         {restarted("a", "10:12")},
         fine},
        {"begun in an earlier stage", {started("crm", "approve", at("09:50"))}, {restarted("a", "10:12")}, fine},
        {"given up, with a retry still to come",
         {given_up("crm", "approve", at("10:10"), at("10:38")).tried(1, 2)},
         {restarted("a", "10:12")},
         crm_died},
    }));
    CAPTURE(row.name);
    CHECK(words(judged(priced_and_seen() + row.facts, at("10:40"), of("crm", row.beats))) == row.words);
}

TEST_CASE("beats of other systems do not tell of the step's") {
    const auto lives = of("mes", {restarted("a", "10:11"), silent_since("10:12", "10:40")});
    CHECK(words(judged(priced_and_seen() + Facts{approve}, at("10:40"), lives)) == crm_runs);
}

TEST_CASE("a system without silent_after may be silent") {
    auto patient = shop();
    patient.systems.clear();
    const auto facts = priced_and_seen() + Facts{approve};
    CHECK(words(judged(facts, at("10:40"), of("crm", {silent_since("10:12", "10:38")}), patient)) == crm_runs);
    CHECK(words(judged(facts, at("10:40"), of("crm", {restarted("a", "10:11")}), patient)) == crm_died);
}

TEST_CASE("silence counts for a day after the last beat line") {
    const auto facts = priced_and_seen() + Facts{approve};
    const auto lives = of("crm", {silent_since("10:12", "10:28"), silent_since("10:12", "23:00", 0)});
    const auto died = judged(facts, at("1d 10:27:59"), lives);
    CHECK(words(died) == crm_died);
    CHECK(died.review_at == at("1d 10:28"));
    CHECK(words(judged(facts, at("1d 10:28"), lives)) == crm_runs);
}

TEST_CASE("what death by silence and by restart tell") {
    const auto facts = priced_and_seen() + Facts{approve};
    const auto silent = judged(facts, at("10:40"), of("crm", {silent_since("10:12", "10:28")}));
    CHECK(silent.since == at("10:10"));
    CHECK(silent.limit == minutes{15});
    CHECK(silent.deadline == at("10:25"));
    CHECK(silent.overdue);
    CHECK_FALSE(silent.by_restart);
    CHECK(silent.grounds == std::vector<SpanId>{approve.id});
    CHECK(silent.beats_of == std::vector<std::string>{"crm"});
    const auto restart = judged(facts, at("10:40"), of("crm", {restarted("a", "10:11")}));
    CHECK(restart.since == at("10:10"));
    CHECK(restart.limit == Duration{0});
    CHECK(restart.deadline == at("10:10"));
    CHECK(restart.by_restart);
    CHECK(restart.stuck());
}

TEST_CASE("what a running step tells") {
    auto begun = started("crm", "approve", at("10:10")).tried(2, 3);
    const auto marker = overdue("crm", "approve", at("10:10"), at("10:25")).tried(2, 3);
    const auto running = judged(priced_and_seen() + Facts{begun}, at("10:20"));
    CHECK(running.since == at("10:10"));
    CHECK_FALSE(running.limit);
    CHECK_FALSE(running.deadline);
    CHECK_FALSE(running.overdue);
    CHECK_FALSE(running.stuck());
    CHECK(running.attempt == 2);
    CHECK(running.attempt_max == 3);
    const auto late = judged(priced_and_seen() + Facts{marker, begun}, at("10:30"));
    CHECK(late.limit == minutes{15});
    CHECK(late.deadline == at("10:25"));
    CHECK(late.overdue);
    CHECK(late.stuck());
    CHECK(late.grounds == std::vector<SpanId>{begun.id, marker.id});
}

TEST_CASE("an order without a status can run") {
    CHECK(words(judged({approve}, at("10:20"))) == "running crm approve, crm to act");
}

TEST_CASE("beats of every open step's system may change the verdict") {
    const auto verdict = judged(priced_and_seen() + Facts{approve, started("mes", "cut", at("10:12"))}, at("10:20"));
    CHECK(verdict.beats_of == std::vector<std::string>{"crm", "mes"});
}
