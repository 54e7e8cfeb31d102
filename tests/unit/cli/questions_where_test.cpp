#include <catch2/catch.hpp>
#include <cstdlib>

#include "cli/answer_fields.h"
#include "cli/where_text.h"
#include "unit/cli/asked.h"

using namespace ordertrace;

namespace {

// The zone of the terminal, for one test.
class Zone {
public:
    explicit Zone(const char* name) { ::setenv("TZ", name, 1); }
    ~Zone() { ::unsetenv("TZ"); }
    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;
};

const std::string in_transit =
    R"({"order":"10042","namespace":"shop","trace_id":"8d91","jaeger_url":"http://jaeger/trace/8d91",)"
    R"("verdict":"in_transit","sentence":"MES set PRICED 2 h 5 min ago; the CRM has not taken it.","stage":"PRICED",)"
    R"("since":"2026-11-22T10:00:00.843Z","age_seconds":7500,"limit_seconds":300,"overdue":true,"system":"mes",)"
    R"("from":"mes","to":"crm","step":null,"attempt":null,"attempts_max":null,"to_act":"crm",)"
    R"("expected_next":["APPROVED","CANCELLED"],"aliases":["crm:77"],"facts":[)"
    R"({"time":"2026-11-22T10:00:00.843Z","system":"mes","record":"status","name":"PRICED","result":null,)"
    R"("note":null,"span_id":"11"},)"
    R"({"time":"2026-11-22T10:00:01.000Z","system":"mes","record":"step","name":"расчёт","result":"fail",)"
    R"("note":"no \u001b[31mstock\nleft","span_id":"22"},)"
    R"({"time":"2026-11-22T10:00:02.000Z","system":"mes","record":"step","name":"calc","result":"ok",)"
    R"("note":null,"span_id":"33"}]})";

constexpr std::string_view in_transit_text =
    R"(MES set PRICED 2 h 5 min ago; the CRM has not taken it.

order          10042
verdict        in_transit
stage          PRICED
since          2026-11-22 13:00:00.843 +0300, 2 h 5 min ago
limit          5 min, passed
place          mes>crm
to act         crm
expected next  APPROVED or CANCELLED
aliases        crm:77
trace          http://jaeger/trace/8d91

TIME                           SYSTEM  RECORD  NAME    RESULT  NOTE
2026-11-22 13:00:00.843 +0300  mes     status  PRICED
2026-11-22 13:00:01.000 +0300  mes     step    расчёт  fail    no \x1b[31mstock\nleft
2026-11-22 13:00:02.000 +0300  mes     step    calc    ok
)";

const std::string unknown =
    R"({"order":"1004","trace_id":"8d91","jaeger_url":null,"verdict":"unknown","sentence":"Nothing is known of it.",)"
    R"("stage":null,"since":null,"age_seconds":null,"limit_seconds":null,"overdue":false,"expected_next":[],)"
    R"("aliases":[],"facts":[],"nearest":["10041","10042"]})";

}  // namespace

TEST_CASE("where: the sentence first, then what follows from it, then the facts") {
    const Zone zone{"Europe/Moscow"};
    const auto asked = ask_with(FakeBoard::answer(200, in_transit), {"where", "10042"});
    CHECK(asked.exit_code == 1);
    CHECK(asked.output == in_transit_text);
    CHECK(asked.errors.empty());
}

TEST_CASE("where: an unknown order is no, with those near it") {
    const auto asked = ask_with(FakeBoard::answer(404, unknown), {"where", "1004"});
    CHECK(asked.exit_code == 1);
    CHECK(asked.output ==
          "Nothing is known of it.\n\n"
          "order          1004\n"
          "verdict        unknown\n"
          "trace          8d91\n"
          "near it        10041, 10042\n");
}

TEST_CASE("where: steps, attempts and limits that are not passed") {
    const Zone zone{"UTC"};
    const auto asked = ask_with(
        FakeBoard::answer(200, R"({"order":"7","verdict":"running","sentence":"MES is at it.","overdue":false,)"
                               R"("since":"2026-11-22T10:00:00.000Z","age_seconds":59,"limit_seconds":900,)"
                               R"("system":"mes","step":"cut","attempt":2,"attempts_max":3,"expected_next":["A"]})"),
        {"where", "7"});
    CHECK(asked.exit_code == 0);
    CHECK(asked.output ==
          "MES is at it.\n\n"
          "order          7\n"
          "verdict        running\n"
          "since          2026-11-22 10:00:00.000 +0000, 59 s ago\n"
          "limit          15 min\n"
          "place          mes cut, attempt 2 of 3\n"
          "expected next  A\n");
}

TEST_CASE("where: the exit code is the verdict's") {
    struct Row {
        std::string verdict;
        bool overdue;
        int want;
    };
    auto row = GENERATE(values<Row>({{"failed", false, 1},
                                     {"died_inside", true, 1},
                                     {"not_sent", true, 1},
                                     {"in_transit", true, 1},
                                     {"received_not_applied", true, 1},
                                     {"late", true, 1},
                                     {"blind", true, 1},
                                     {"running", true, 1},
                                     {"running", false, 0},
                                     {"on_time", false, 0},
                                     {"finished", false, 0}}));
    CAPTURE(row.verdict, row.overdue);
    const auto body = R"({"verdict":")" + row.verdict + R"(","overdue":)" + (row.overdue ? "true}" : "false}");
    CHECK(ask_with(FakeBoard::answer(200, body), {"where", "7"}).exit_code == row.want);
    CHECK(ask_with(FakeBoard::answer(200, body), {"where", "7", "--json"}).exit_code == row.want);
}

TEST_CASE("where: JSON is the board's, byte for byte") {
    const auto asked = ask_with(FakeBoard::answer(200, in_transit), {"where", "10042", "--json"});
    CHECK(asked.output == in_transit + "\n");
    CHECK(ask_with(FakeBoard::answer(404, unknown + "\n"), {"where", "1", "--json"}).output == unknown + "\n");
}

TEST_CASE("where: colours only where they are wanted") {
    const Zone zone{"UTC"};
    const auto output = ask_with(FakeBoard::answer(200, in_transit), {"where", "10042"}, true).output;
    CHECK(output.rfind("\x1b[31mMES set PRICED 2 h 5 min ago; the CRM has not taken it.\x1b[0m\n", 0) == 0);
    CHECK(output.find("\x1b[31mfail\x1b[0m    no \\x1b[31mstock\\nleft\n") != std::string::npos);
    CHECK(output.find("\x1b[32mok\x1b[0m\n") != std::string::npos);
    CHECK(output.find("\x1b[1mNOTE\x1b[0m\n") != std::string::npos);
}

TEST_CASE("where: what the board is asked") {
    const FakeBoard board{[](const std::string&) { return FakeBoard::answer(200, R"({"verdict":"on_time"})"); }};
    ask(board.url(), {"where", "a/b"}, false, "ru_RU.UTF-8");
    ask("http://127.0.0.1:1", {"where", "--board", board.url(), "--", "-1"}, false, "en_US.UTF-8");
    const auto heads = board.heads();
    REQUIRE(heads.size() == 2);
    CHECK(heads[0].rfind("GET /api/orders/a%2Fb HTTP/1.1\r\n", 0) == 0);
    CHECK(heads[0].find("\r\nAccept-Language: ru\r\n") != std::string::npos);
    CHECK(heads[1].rfind("GET /api/orders/-1 HTTP/1.1\r\n", 0) == 0);
    CHECK(heads[1].find("\r\nAccept-Language: en\r\n") != std::string::npos);
}

TEST_CASE("where: troubles are one line") {
    struct Row {
        const char* name;
        FakeBoard::Reply reply;
        int exit_code;
        std::string want;
    };
    auto row = GENERATE(values<Row>({
        {"a store in trouble", FakeBoard::answer(503, R"({"error":"orders.db: locked"})"), 69,
         " answered 503: orders.db: locked\n"},
        {"another document", FakeBoard::answer(200, R"({"orders":[]})"), 70,
         " answered with a document without a verdict; is that a board of this version?\n"},
        {"no document", FakeBoard::answer(200, "ok"), 70,
         " answered with no JSON document; is that a board of this version?\n"},
    }));
    CAPTURE(row.name);
    const FakeBoard board{[&](const std::string&) { return row.reply; }};
    const auto asked = ask(board.url(), {"where", "7"});
    CHECK(asked.exit_code == row.exit_code);
    CHECK(asked.errors == "ordertrace where: " + board.url() + row.want);
    CHECK(asked.output.empty());
}

TEST_CASE("a document of strange types ends nothing") {
    const auto asked = ask_with(
        FakeBoard::answer(200, R"({"verdict":"late","sentence":7,"since":"yesterday","age_seconds":"old",)"
                               R"("limit_seconds":-1e300,"aliases":[1,"a:b"],"expected_next":{},"facts":[1,{}]})"),
        {"where", "7"});
    CHECK(asked.exit_code == 1);
    CHECK(asked.output ==
          "\n\n"
          "verdict        late\n"
          "since          yesterday, - ago\n"
          "aliases        a:b\n"
          "\n"
          "TIME  SYSTEM  RECORD  NAME  RESULT  NOTE\n"
          "\n");
}

TEST_CASE("times in the terminal's zone, with its offset at that time") {
    const Zone zone{"Europe/Berlin"};
    CHECK(local_time_text("2026-01-01T00:00:00.001Z") == "2026-01-01 01:00:00.001 +0100");
    CHECK(local_time_text("2026-07-01T23:00:00.999Z") == "2026-07-02 01:00:00.999 +0200");
    for (const auto* other : {"", "2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.001+"})
        CHECK(local_time_text(other) == other);
}

TEST_CASE("lengths by their two largest units") {
    struct Row {
        double seconds;
        std::string_view want;
    };
    auto row = GENERATE(values<Row>({{0, "0 s"},
                                     {-5, "0 s"},
                                     {0.0004, "0 s"},
                                     {0.25, "250 ms"},
                                     {1.25, "1 s"},
                                     {59.9996, "1 min"},
                                     {61, "1 min 1 s"},
                                     {7500, "2 h 5 min"},
                                     {3601, "1 h"},
                                     {273'600, "3 d 4 h"},
                                     {1e300, "1157407 d 9 h"}}));
    CAPTURE(row.seconds);
    CHECK(length_text(row.seconds) == row.want);
}
