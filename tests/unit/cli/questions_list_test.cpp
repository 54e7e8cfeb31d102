#include <catch2/catch.hpp>

#include "unit/cli/asked.h"

using namespace ordertrace;

namespace {

std::string order(const std::string& id, const std::string& verdict, const std::string& place) {
    return R"({"order":")" + id + R"(","verdict":")" + verdict +
           R"(","stage":"PRICED","age_seconds":7500,"limit_seconds":)" + (verdict == "failed" ? "0" : "300") +
           R"(,"system":"mes","to_act":"crm",)" + place + "}";
}

const std::string hand_off = R"("from":"mes","to":"crm","step":null)";
const std::string step = R"("from":null,"to":null,"step":"cut_panel")";
const std::string stay = R"("from":null,"to":null,"step":null)";

FakeBoard::Reply page(const std::vector<std::string>& orders, const std::string& next = "null") {
    std::string body;
    for (const auto& one : orders) body += (body.empty() ? "" : ",") + one;
    return FakeBoard::answer(200, R"({"orders":[)" + body + R"(],"next":)" + next + "}");
}

std::string first_line(const std::string& head) { return head.substr(0, head.find("\r\n")); }

}  // namespace

TEST_CASE("stuck: a table, the worst first, and 1") {
    const auto asked = ask_with(
        page({order("10042", "in_transit", hand_off), order("ЗК-7", "failed", step), order("a\\u001bb", "late", stay)}),
        {"stuck"});
    CHECK(asked.exit_code == 1);
    CHECK(asked.output ==
          "ORDER   STAGE   VERDICT     PLACE                FOR  LIMIT  TO ACT\n"
          "10042   PRICED  in_transit  mes>crm        2 h 5 min  5 min  crm\n"
          "ЗК-7    PRICED  failed      mes cut_panel  2 h 5 min      -  crm\n"
          "a\\x1bb  PRICED  late        mes            2 h 5 min  5 min  crm\n"
          "\n"
          "3 orders are stuck.\n");
    CHECK(asked.errors.empty());
}

TEST_CASE("lost: a table of hand-offs, and 1") {
    const auto asked = ask_with(page({order("10042", "in_transit", hand_off)}), {"lost"});
    CHECK(asked.exit_code == 1);
    CHECK(asked.output ==
          "ORDER  STAGE   VERDICT     EDGE           FOR  LIMIT  TO ACT\n"
          "10042  PRICED  in_transit  mes>crm  2 h 5 min  5 min  crm\n"
          "\n"
          "1 order is lost on the way.\n");
}

TEST_CASE("nothing to worry about is said, and 0") {
    CHECK(ask_with(page({}), {"stuck"}).output == "No order is stuck.\n");
    CHECK(ask_with(page({}), {"lost"}).output == "No order is lost on the way.\n");
    CHECK(ask_with(page({}), {"stuck"}).exit_code == 0);
    CHECK(ask_with(page({}), {"lost", "--json"}).exit_code == 0);
}

TEST_CASE("what lists ask the board") {
    const FakeBoard board{[](const std::string&) { return page({}); }};
    ask(board.url(), {"stuck", "--stage", "PRICED", "--older", "4h"});
    ask(board.url(), {"lost", "--edge", "mes>crm"});
    ask(board.url(), {"lost", "--edge", "mes:crm", "--json"});
    const auto heads = board.heads();
    REQUIRE(heads.size() == 3);
    CHECK(first_line(heads[0]) == "GET /api/stuck?limit=1000&stage=PRICED&older=4h HTTP/1.1");
    CHECK(first_line(heads[1]) == "GET /api/lost?limit=1000&edge=mes%3Ecrm HTTP/1.1");
    CHECK(first_line(heads[2]) == "GET /api/lost?limit=1000&edge=mes%3Acrm HTTP/1.1");
}

TEST_CASE("a board that gives less at once is asked on, up to 1000 orders") {
    int pages = 0;
    const FakeBoard board{[&](const std::string&) {
        ++pages;
        return page(std::vector<std::string>(400, order("1", "late", stay)), R"("17:a&b")");
    }};
    const auto asked = ask(board.url(), {"stuck"});
    const auto heads = board.heads();
    REQUIRE(heads.size() == 3);
    CHECK(first_line(heads[1]) == "GET /api/stuck?limit=600&cursor=17%3Aa%26b HTTP/1.1");
    CHECK(first_line(heads[2]) == "GET /api/stuck?limit=200&cursor=17%3Aa%26b HTTP/1.1");
    CHECK(
        asked.output.ends_with("\nThe first 1200 orders that are stuck; there are more: narrow it with --stage or "
                               "--older.\n"));
    CHECK(asked.exit_code == 1);
}

TEST_CASE("a list's JSON is the board's first document") {
    const auto body = R"({"orders":[)" + order("1", "late", stay) + R"(],"next":"17:1"})";
    const FakeBoard board{[&](const std::string&) { return FakeBoard::answer(200, body); }};
    const auto asked = ask(board.url(), {"stuck", "--json"});
    CHECK(asked.output == body + "\n");
    CHECK(asked.exit_code == 1);
    CHECK(board.heads().size() == 1);
}

TEST_CASE("what a list's question has wrong is the board's to say") {
    const auto asked = ask_with(FakeBoard::answer(400, R"({"error":"older: \"4\" has no unit; write 4ms"})"),
                                {"stuck", "--older", "4"});
    CHECK(asked.exit_code == 64);
    CHECK(asked.errors == "ordertrace stuck: older: \"4\" has no unit; write 4ms\n");
    const FakeBoard other{[](const std::string&) { return FakeBoard::answer(200, "{}"); }};
    CHECK(ask(other.url(), {"lost"}).errors ==
          "ordertrace lost: " + other.url() +
              " answered with a document without orders; is that a board of this version?\n");
}

TEST_CASE("stages with their steps, and how long they take") {
    const std::string none = R"({"median_seconds":null,"p95_seconds":null,"number":0})";
    const std::string some = R"({"median_seconds":1.25E0,"p95_seconds":5400,"number":31})";
    const std::string bad = R"({"median_seconds":2.5E-1,"p95_seconds":10,"number":5,"failures":2})";
    const auto windows = [](const std::string& day, const std::string& week, const std::string& weeks) {
        return R"({"1d":)" + day + R"(,"7d":)" + week + R"(,"28d":)" + weeks + "}";
    };
    const auto body = R"({"at":"2026-11-22T10:00:00.000Z","orders":12,"stuck":2,"stages":[)"
                      R"({"stage":null,"orders":1,"stuck":0,"oldest_seconds":null,"stays":)" +
                      windows(none, none, none) +
                      R"(},{"stage":"CREATED","orders":11,"stuck":2,"oldest_seconds":7500,"stays":)" +
                      windows(none, some, some) + R"(}],"steps":[{"system":"mes","step":"cut_panel","runs":)" +
                      windows(none, none, bad) + "}]}";
    const auto asked = ask_with(FakeBoard::answer(200, body), {"stages"});
    CHECK(asked.exit_code == 0);
    CHECK(asked.output ==
          "STAGE            ORDERS  STUCK     OLDEST  MEDIAN / P95 (STAYS), 1 DAY  7 DAYS                 28 DAYS\n"
          "(no status yet)       1      0          -  -                            -                      -\n"
          "CREATED              11      2  2 h 5 min  -                            1 s / 1 h 30 min (31)  1 s / 1 h 30 "
          "min (31)\n"
          "\n"
          "SYSTEM  STEP       MEDIAN / P95 (RUNS), 1 DAY  7 DAYS  28 DAYS\n"
          "mes     cut_panel  -                           -       250 ms / 10 s (5, 2 failed)\n");
    CHECK(ask_with(FakeBoard::answer(200, body), {"stages", "--json"}).output == body + "\n");
}

TEST_CASE("systems, when they were heard of and what was lost of them") {
    const std::string body =
        R"({"at":"2026-11-22T10:00:00.000Z","systems":[)"
        R"({"system":"crm","known":true,"last_seen_seconds":null,"hosts":[],"lost":0,"missing":0,"dropped":0,)"
        R"("silent_seconds":null},)"
        R"({"system":"erp","known":false,"last_seen_seconds":3,"hosts":["a","b"],"lost":1,"missing":20,"dropped":300,)"
        R"("silent_seconds":1200}]})";
    const auto asked = ask_with(FakeBoard::answer(200, body), {"systems"});
    CHECK(asked.exit_code == 0);
    CHECK(asked.output ==
          "SYSTEM  LAST SEEN  LOST  MISSING  DROPPED  HOSTS  REMARK\n"
          "crm         never     0        0        0\n"
          "erp       3 s ago     1       20      300  a, b   silent for 20 min, not in the lifecycle\n");
}
