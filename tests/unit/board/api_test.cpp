#include "board/api.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <yaml-cpp/yaml.h>

#include "unit/register/sentence_cases.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

namespace json = boost::json;

OrderAnswer answer_with(Verdict verdict) {
    OrderAnswer answer;
    answer.asked = answer.order.order = "10042";
    answer.verdict = std::move(verdict);
    answer.trace_id = "8d91de8595de911c410b46d59c175b06";
    answer.now = sentence_now;
    return answer;
}

OrderDigest digest_with(const std::string& order, Verdict verdict) {
    OrderDigest digest;
    digest.order = order;
    digest.verdict = std::move(verdict);
    return digest;
}

std::vector<std::string> keys_of(const json::object& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object) keys.emplace_back(key);
    return keys;
}

constexpr std::string_view in_transit_json =
    R"({"order":"10042","namespace":"shop","trace_id":"8d91de8595de911c410b46d59c175b06",)"
    R"("jaeger_url":"http://jaeger:16686/trace/8d91de8595de911c410b46d59c175b06","verdict":"in_transit",)"
    R"("sentence":"MES set PRICE_CALCULATED 2 h 5 min ago and sent it to the CRM by q.price; the CRM has not taken it )"
    R"((limit 5 min). Look at the queue q.price.","stage":"PRICE_CALCULATED","since":"2026-11-22T00:00:00.000Z",)"
    R"("age_seconds":7500,"limit_seconds":300,"overdue":true,"system":"mes","from":"mes","to":"crm","step":null,)"
    R"("attempt":null,"attempts_max":null,"to_act":"crm","expected_next":["MANUFACTURING_APPROVED","CANCELLED"],)"
    R"("aliases":[])";

}  // namespace

TEST_CASE("an order's document has every key, in one order") {
    auto answer = answer_with(hand_off(VerdictKind::in_transit, "q.price"));
    auto status = status_fact("mes", "PRICE_CALCULATED", t0 + 843us);
    auto step = step_fact("mes", "calc_price", t0 + 1843ms, 2s, FactResult::fail);
    auto alias = alias_fact("crm", "crm:77", t0 + 3s);
    status.id = {0x11};
    step.id = {0x22};
    step.note = "no \"price\"\nfor it";
    alias.id = {0x33};
    answer.order.facts = {status, step, alias};
    const auto want =
        std::string{in_transit_json} +
        R"(,"facts":[{"time":"2026-11-22T00:00:00.000Z","system":"mes","record":"status","name":"PRICE_CALCULATED",)"
        R"("result":null,"note":null,"span_id":"0000000000000011"},)"
        R"({"time":"2026-11-22T00:00:01.843Z","system":"mes","record":"step","name":"calc_price","result":"fail",)"
        R"("note":"no \"price\"\nfor it","span_id":"0000000000000022"},)"
        R"({"time":"2026-11-22T00:00:03.000Z","system":"crm","record":"alias","name":"crm:77","result":null,)"
        R"("note":null,"span_id":"0000000000000033"}]})";
    CHECK(order_json(answer, shop_lifecycle(), {.jaeger_url = "http://jaeger:16686"}) == want);
}

TEST_CASE("an unknown order has the nearest ids, and nulls for what nobody knows") {
    auto answer = answer_with(unknown_order());
    answer.nearest = {"10041", "10043"};
    CHECK(order_json(answer, shop_lifecycle(), {}) ==
          R"({"order":"10042","namespace":"shop","trace_id":"8d91de8595de911c410b46d59c175b06","jaeger_url":null,)"
          R"("verdict":"unknown","sentence":"Nothing is known of the order 10042: no system has reported anything )"
          R"(about it. Check the number.","stage":null,"since":null,"age_seconds":null,)"
          R"("limit_seconds":null,"overdue":false,"system":null,"from":null,"to":null,"step":null,"attempt":null,)"
          R"("attempts_max":null,"to_act":null,"expected_next":[],"aliases":[],"facts":[],)"
          R"("nearest":["10041","10043"]})");
}

TEST_CASE("what the verdicts say is where the example has it") {
    struct Row {
        const char* name;
        Verdict verdict;
        std::string_view want;  // some of the keys
    };
    auto row = GENERATE(values<Row>({
        {"an attempt that failed", failed_step(2, 3, "no stock"),
         R"({"verdict":"failed","limit_seconds":600,"system":"mes","from":null,"step":"push_to_crm","attempt":2,)"
         R"("attempts_max":3})"},
        {"died by restart", died_inside(true),
         R"({"verdict":"died_inside","limit_seconds":0,"step":"cut_panel","attempt":null})"},
        {"running, never overdue", running_step(false),
         R"({"verdict":"running","limit_seconds":null,"overdue":false})"},
        {"blind to a hand-off", blinded(hand_off(VerdictKind::not_sent, "")),
         R"({"verdict":"blind","from":"mes","to":"crm","to_act":"crm"})"},
        {"finished", finished_order(), R"({"verdict":"finished","to_act":null,"expected_next":[]})"},
    }));
    CAPTURE(row.name);
    const auto document = json::parse(order_json(answer_with(row.verdict), shop_lifecycle(), {})).as_object();
    CHECK(document.size() == 21);
    const auto want = json::parse(row.want).as_object();
    for (const auto& [key, value] : want) {
        CAPTURE(std::string{key});
        CHECK(document.at(key) == value);
    }
}

TEST_CASE("an age is never negative, and a time before its millisecond is cut, not rounded") {
    auto verdict = on_time("CREATED");
    verdict.since = sentence_now + 1999us;
    const auto document = json::parse(order_json(answer_with(verdict), shop_lifecycle(), {}));
    CHECK(document.at("age_seconds") == 0);
    CHECK(document.at("since") == "2026-11-22T02:05:00.001Z");
}

TEST_CASE("the sentence comes in the reader's language") {
    const auto answer = answer_with(unknown_order());
    const auto document = json::parse(order_json(answer, shop_lifecycle(), {"", Language::russian}));
    const std::string text = document.at("sentence").as_string().c_str();
    CHECK(text == sentence(answer.verdict, "10042", sentence_now, Language::russian));
    CHECK(text != sentence(answer.verdict, "10042", sentence_now, Language::english));
}

TEST_CASE("bytes that are no text do not break the document") {
    auto answer = answer_with(unknown_order());
    answer.order.order = "10\xFF";
    CHECK(json::parse(order_json(answer, shop_lifecycle(), {})).at("order") == "10\uFFFD");
}

TEST_CASE("a list has the same without facts, and where it goes on") {
    DigestPage page;
    page.digests = {digest_with("10042", hand_off(VerdictKind::in_transit, "q.price"))};
    const ApiContext context{.jaeger_url = "http://jaeger:16686"};
    const auto order = std::string{in_transit_json} + "}";
    CHECK(orders_json(page, shop_lifecycle(), sentence_now, context) == R"({"orders":[)" + order + R"(],"next":null})");
    page.next = "1795305600000000:ЗК-77";
    CHECK(orders_json(page, shop_lifecycle(), sentence_now, context) ==
          R"({"orders":[)" + order + R"(],"next":"1795305600000000:ЗК-77"})");
    CHECK(orders_json({}, shop_lifecycle(), sentence_now, context) == R"({"orders":[],"next":null})");
}

TEST_CASE("stages and steps with how long they take") {
    Overview overview;
    overview.at = t0 + 1h;
    overview.orders = 3;
    overview.stuck = 1;
    StageOverview none;
    none.orders = 1;
    StageOverview created;
    created.stage = "CREATED";
    created.orders = 2;
    created.stuck = 1;
    created.stuck_by = {{VerdictKind::late, 1}};
    created.oldest = t0;
    created.stays.day = {.count = 4, .failures = 0, .median = 1250ms, .p95 = 90'400ms};
    overview.stages = {none, created};
    overview.steps = {{"mes", "calc_price", {}}};
    overview.steps[0].runs.four_weeks = {.count = 2, .failures = 1, .median = 10s, .p95 = std::nullopt};
    const std::string nothing = R"({"median_seconds":null,"p95_seconds":null,"number":0})";
    const std::string no_run = R"({"median_seconds":null,"p95_seconds":null,"number":0,"failures":0})";
    CHECK(stages_json(overview) ==
          R"({"at":"2026-11-22T01:00:00.000Z","orders":3,"stuck":1,"stages":[)"
          R"({"stage":null,"terminal":false,"orders":1,"stuck":0,"stuck_by":{},"oldest":null,"oldest_seconds":null,)"
          R"("stays":{"1d":)" +
              nothing + R"(,"7d":)" + nothing + R"(,"28d":)" + nothing + "}}," +
              R"({"stage":"CREATED","terminal":false,"orders":2,"stuck":1,"stuck_by":{"late":1},)"
              R"("oldest":"2026-11-22T00:00:00.000Z","oldest_seconds":3600,)"
              R"("stays":{"1d":{"median_seconds":1.25E0,"p95_seconds":90,"number":4},"7d":)" +
              nothing + R"(,"28d":)" + nothing + R"(}}],"steps":[{"system":"mes","step":"calc_price","runs":{"1d":)" +
              no_run + R"(,"7d":)" + no_run +
              R"(,"28d":{"median_seconds":10,"p95_seconds":null,"number":2,"failures":1}}}]})");
}

TEST_CASE("edges and systems as the last cycle saw them") {
    Overview overview;
    overview.at = t0 + 1h;
    overview.edges = {{{"mes>crm", 7, 5, 2}, t0}, {{"other", 1, 1, 0}, {}}};
    SystemOverview crm;
    crm.system = "crm";
    overview.systems = {crm, {"mes", true, t0 + 30min, {"a", "b"}, 1, 2, 3, 20min}};
    CHECK(edges_json(overview) ==
          R"({"at":"2026-11-22T01:00:00.000Z","edges":[{"edge":"mes>crm","from":"mes","to":"crm","sent":7,)"
          R"("received":5,"missing":2,"oldest_missing":"2026-11-22T00:00:00.000Z","oldest_missing_seconds":3600},)"
          R"({"edge":"other","from":null,"to":null,"sent":1,"received":1,"missing":0,"oldest_missing":null,)"
          R"("oldest_missing_seconds":null}]})");
    CHECK(systems_json(overview) ==
          R"({"at":"2026-11-22T01:00:00.000Z","systems":[{"system":"crm","known":false,"last_seen":null,)"
          R"("last_seen_seconds":null,"hosts":[],"lost":0,"missing":0,"dropped":0,"silent_seconds":null},)"
          R"({"system":"mes","known":true,"last_seen":"2026-11-22T00:30:00.000Z","last_seen_seconds":1800,)"
          R"("hosts":["a","b"],"lost":1,"missing":2,"dropped":3,"silent_seconds":1200}]})");
}

TEST_CASE("an error is a document too") { CHECK(error_json("limit: \"x\"") == R"({"error":"limit: \"x\""})"); }

TEST_CASE("the keys are those of the published description") {
    const auto schemas = YAML::LoadFile(ORDERTRACE_SOURCE_DIR "/proto/board.openapi.yaml")["components"]["schemas"];
    const auto required = [](const YAML::Node& schema) { return schema["required"].as<std::vector<std::string>>(); };
    const auto item = [](const YAML::Node& schema, const char* list) { return schema["properties"][list]["items"]; };
    DigestPage page;
    page.digests = {digest_with("10042", finished_order())};
    const auto list = json::parse(orders_json(page, shop_lifecycle(), sentence_now, {}));
    CHECK(keys_of(list.at("orders").at(0).as_object()) == required(schemas["Order"]));
    auto answer = answer_with(finished_order());
    answer.order.facts = {status_fact("mes", "SHIPPED", t0)};
    const auto order = json::parse(order_json(answer, shop_lifecycle(), {}));
    CHECK(keys_of(order.at("facts").at(0).as_object()) == required(schemas["Fact"]));

    Overview overview;
    overview.stages.emplace_back();
    overview.steps.emplace_back();
    overview.edges.emplace_back();
    overview.systems.emplace_back();
    const auto stages = json::parse(stages_json(overview));
    CHECK(keys_of(stages.as_object()) == required(schemas["Stages"]));
    CHECK(keys_of(stages.at("stages").at(0).as_object()) == required(item(schemas["Stages"], "stages")));
    CHECK(keys_of(stages.at("steps").at(0).as_object()) == required(item(schemas["Stages"], "steps")));
    CHECK(keys_of(json::parse(edges_json(overview)).at("edges").at(0).as_object()) ==
          required(item(schemas["Edges"], "edges")));
    CHECK(keys_of(json::parse(systems_json(overview)).at("systems").at(0).as_object()) ==
          required(item(schemas["Systems"], "systems")));
}
