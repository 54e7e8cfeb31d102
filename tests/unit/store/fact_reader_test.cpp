#include "board/fact_reader.h"

#include <limits>

#include <catch2/catch.hpp>

#include "base/text.h"
#include "unit/store/store_suite.h"

using namespace ordertrace;
using namespace std::chrono_literals;

namespace {

constexpr auto begin = test::suite_begin;

using Tags = std::vector<ReceivedTag>;

ReceivedSpan span_of(std::string name, Tags tags) {
    ReceivedSpan span{
        .trace = {1, 2}, .id = {7}, .parent = {9}, .name = std::move(name), .start = begin, .duration = 5ms};
    span.tags = {{"order.id", "10042"}, {"order.namespace", "shop"}};
    span.tags.insert(span.tags.end(), tags.begin(), tags.end());
    return span;
}

FactBatch read(std::string service, std::vector<ReceivedSpan> spans) {
    return FactReader{"shop", "board"}.read({std::move(service), std::move(spans), "host-1"});
}

Fact fact_of(ReceivedSpan span, std::string service = "mes") {
    const auto batch = read(std::move(service), {std::move(span)});
    REQUIRE(batch.facts.size() == 1);
    CHECK(batch.facts.front().order == "10042");
    return batch.facts.front().fact;
}

// What every span of these tests has.
Fact plain(FactRecord record, std::string name) {
    Fact fact;
    fact.id = {7};
    fact.parent = {9};
    fact.record = record;
    fact.start = begin;
    fact.duration = 5ms;
    fact.system = "mes";
    fact.name = std::move(name);
    return fact;
}

}  // namespace

TEST_CASE("a failed step is read with all it says") {
    const auto fact = fact_of(span_of("calc_price", {{"order.record", "step"},
                                                     {"order.result", "timeout"},
                                                     {"error", true},
                                                     {"otel.status_description", "no answer"},
                                                     {"attempt", std::int64_t{2}},
                                                     {"attempt.max", std::int64_t{3}},
                                                     {"step.id", "op-7"},
                                                     {"service.instance.id", "mes-1"}}));
    auto want = plain(FactRecord::step, "calc_price");
    want.result = FactResult::timeout;
    want.note = "no answer";
    want.attempt = 2;
    want.attempt_max = 3;
    want.step_id = "op-7";
    want.instance = "mes-1";
    CHECK(fact == want);
}

TEST_CASE("a status and a hand-off each have their own status") {
    auto status = plain(FactRecord::status, "status SHIPPED");
    status.status = "SHIPPED";
    CHECK(fact_of(span_of("status SHIPPED", {{"order.record", "status"}, {"order.status", "SHIPPED"}})) == status);
    auto sent = plain(FactRecord::sent, "sent to crm");
    sent.status = "SHIPPED";
    sent.edge = "mes>crm";
    sent.via = "q.price";
    sent.message = "9f1c";
    CHECK(fact_of(span_of("sent to crm", {{"order.record", "sent"},
                                          {"order.edge", "mes>crm"},
                                          {"order.edge.status", "SHIPPED"},
                                          {"messaging.destination.name", "q.price"},
                                          {"messaging.message.id", "9f1c"}})) == sent);
}

TEST_CASE("every record and every result has its word") {
    const std::vector<std::pair<std::string, FactRecord>> records{{"step", FactRecord::step},
                                                                  {"started", FactRecord::started},
                                                                  {"overdue", FactRecord::overdue},
                                                                  {"abandoned", FactRecord::abandoned},
                                                                  {"status", FactRecord::status},
                                                                  {"sent", FactRecord::sent},
                                                                  {"received", FactRecord::received},
                                                                  {"mark", FactRecord::mark},
                                                                  {"note", FactRecord::note},
                                                                  {"alias", FactRecord::alias},
                                                                  {"title", FactRecord::title},
                                                                  {"anything", FactRecord::other},
                                                                  {"", FactRecord::other}};
    for (const auto& [word, record] : records) {
        CAPTURE(word);
        CHECK(fact_of(span_of("x", {{"order.record", word}})).record == record);
    }
    const std::vector<std::pair<std::string, FactResult>> results{
        {"ok", FactResult::ok},     {"fail", FactResult::fail},     {"timeout", FactResult::timeout},
        {"skip", FactResult::skip}, {"cancel", FactResult::cancel}, {"perhaps", FactResult::none},
        {"", FactResult::none}};
    for (const auto& [word, result] : results) {
        CAPTURE(word);
        CHECK(fact_of(span_of("x", {{"order.result", word}})).result == result);
    }
}

TEST_CASE("only a step given up for its limit is given up") {
    const auto given_up = [](const char* record, const char* reason) {
        return fact_of(span_of("x", {{"order.record", record}, {"abandoned.reason", reason}})).given_up;
    };
    CHECK(given_up("abandoned", "limit"));
    CHECK_FALSE(given_up("abandoned", "superseded"));
    CHECK_FALSE(given_up("step", "limit"));
}

TEST_CASE("the note is the description, else the first remark") {
    auto span = span_of("note", {{"order.record", "note"}});
    span.logs = {{begin, {{"event", "note"}, {"message", "one"}}}, {begin, {{"message", "two"}}}};
    CHECK(fact_of(span).note == "one");
    span.tags.push_back({"otel.status_description", "why"});
    CHECK(fact_of(span).note == "why");
    auto alias = span_of("alias crm:77", {{"order.record", "alias"}, {"order.alias", "crm:77"}});
    CHECK(fact_of(alias).alias == "crm:77");
    CHECK(fact_of(alias).note.empty());
}

TEST_CASE("what is of no order of the namespace is counted and left out") {
    auto other = span_of("x", {{"order.namespace", "second"}});
    auto none = span_of("x", {{"order.id", ""}});
    auto number = span_of("x", {{"order.id", std::int64_t{10042}}});
    auto too_long = span_of("x", {{"order.id", std::string(129, '1')}});
    auto nameless = span_of("x", {{"order.namespace", std::int64_t{1}}});
    const auto batch = read("mes", {other, none, number, too_long, nameless, span_of("x", {})});
    CHECK(batch.facts.size() == 1);
    CHECK(batch.other_namespace == 2);
    CHECK(batch.without_order == 3);
}

TEST_CASE("a beat is read whatever its namespace") {
    ReceivedSpan span{.name = "beat", .start = begin, .duration = 5min};
    span.tags = {{"order.record", "beat"},
                 {"agent.received", std::int64_t{12}},
                 {"agent.lost", std::int64_t{1}},
                 {"agent.missing", std::int64_t{2}},
                 {"agent.dropped.board", std::int64_t{3}},
                 {"agent.dropped.jaeger", std::int64_t{9}},
                 {"agent.rejected", std::int64_t{4}},
                 {"system.beats", std::int64_t{5}},
                 {"system.seen_at", to_micros(begin + 1min)},
                 {"system.restarted", "mes-1=1000000 bad a=b=2000000 x= y=3z"}};
    auto probe = span;
    probe.duration = Duration{1};
    const auto batch = read("mes", {span, probe});
    CHECK(batch.facts.empty());
    CHECK(batch.without_order == 0);
    CHECK(batch.beats == std::vector<BeatOfSystem>{
                             {"mes",
                              {.host = "host-1",
                               .start = begin,
                               .end = begin + 5min,
                               .seen_at = begin + 1min,
                               .received = 12,
                               .lost = 1,
                               .missing = 2,
                               .dropped = 3,
                               .rejected = 4,
                               .system_beats = 5,
                               .restarts = {{"mes-1", from_micros(1'000'000)}, {"a=b", from_micros(2'000'000)}}}}});
}

TEST_CASE("at most sixteen restarts are read") {
    std::string restarts;
    for (int i = 0; i < 20; ++i) restarts += "a=" + std::to_string(i) + " ";
    ReceivedSpan span{.name = "beat", .start = begin, .duration = 5min};
    span.tags = {{"order.record", "beat"}, {"system.restarted", restarts}};
    CHECK(read("mes", {span}).beats.front().second.restarts.size() == 16);
}

TEST_CASE("texts are cut at a character, and made readable") {
    std::string cyrillic;
    for (int i = 0; i < 3'000; ++i) cyrillic += "З";
    const auto fact =
        fact_of(span_of("x" + cyrillic, {{"order.status", cyrillic}, {"otel.status_description", cyrillic}}), cyrillic);
    CHECK(fact.system == cyrillic.substr(0, 128));
    CHECK(fact.status == cyrillic.substr(0, 128));
    CHECK(fact.name == "x" + cyrillic.substr(0, 158));
    CHECK(fact.note == cyrillic.substr(0, 4096));
    struct Row {
        std::string in, want;
    };
    const auto row = GENERATE(values<Row>({{"a\xFF\xD0", "a\uFFFD\uFFFD"},
                                           {std::string{"a\0b", 3}, "a\uFFFDb"},
                                           {"\xE2\x82\xAC\xE2\x82", "\u20AC\uFFFD\uFFFD"},
                                           {std::string(128, '\xFF'), ""}}));
    const auto note = fact_of(span_of("x", {{"order.status", row.in}})).status;
    CHECK(is_valid_utf8(note));
    CHECK(note.size() <= 128);
    if (!row.want.empty()) CHECK(note == row.want);
}

TEST_CASE("times from anyone stay within what can be added") {
    auto span = span_of("x", {});
    span.start = from_micros(std::numeric_limits<std::int64_t>::max());
    span.duration = Duration{std::numeric_limits<std::int64_t>::max()};
    CHECK(fact_of(span).end() > fact_of(span).start);
    span.start = from_micros(std::numeric_limits<std::int64_t>::min());
    span.duration = Duration{std::numeric_limits<std::int64_t>::min()};
    CHECK(fact_of(span).start == TimePoint{});
    CHECK(fact_of(span).duration == Duration{});
}
