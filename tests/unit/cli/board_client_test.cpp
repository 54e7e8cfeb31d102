#include "cli/board_client.h"

#include <catch2/catch.hpp>

#include "support/temporary_directory.h"
#include "unit/cli/fake_board.h"
#include "unit/export/test_certificates.h"

using namespace ordertrace;

namespace {

using After = FakeBoard::Reply::After;

BoardAccess access_to(const std::string& url) {
    BoardAccess access;
    access.url = url;
    return access;
}

// "69 URL: …", with the board's own URL as URL; the body if all went well.
std::string told(const BoardAccess& access, const std::string& path = "api/stages") {
    const auto client = BoardClient::make(access);
    const auto answer = client ? client->ask(path) : FromBoard<BoardAnswer>{tl::make_unexpected(client.error())};
    if (answer) return answer->body;
    auto text = std::to_string(answer.error().exit_code) + " " + answer.error().message;
    const auto at = text.find(access.url);
    if (at != std::string::npos) text.replace(at, access.url.size(), "URL");
    return text;
}

bool has_line(const std::string& head, const std::string& line) {
    return head.find("\r\n" + line + "\r\n") != std::string::npos;
}

}  // namespace

TEST_CASE("what a board may answer") {
    struct Row {
        const char* name;
        FakeBoard::Reply reply;
        std::string want;
    };
    const std::string unknown = R"({"verdict":"unknown"})";
    auto row = GENERATE_COPY(values<Row>({
        {"a document", FakeBoard::answer(200, "{}"), "{}"},
        {"an unknown order's document", FakeBoard::answer(404, unknown), unknown},
        {"chunks", {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"}, "{}"},
        {"up to the end of the connection", {"HTTP/1.0 200 OK\r\n\r\n{}"}, "{}"},
        {"no JSON", FakeBoard::answer(200, "<html>"),
         "70 URL answered with no JSON document; is that a board of this version?"},
        {"no UTF-8", FakeBoard::answer(200, "{\"a\":\"\xFF\"}"),
         "70 URL answered with no JSON document; is that a board of this version?"},
        {"no object", FakeBoard::answer(200, "[1]"),
         "70 URL answered with no JSON document; is that a board of this version?"},
        {"nothing", FakeBoard::answer(200, ""),
         "70 URL answered with no JSON document; is that a board of this version?"},
        {"a wrong question", FakeBoard::answer(400, R"({"error":"older: \"x\" is no duration"})"),
         "64 older: \"x\" is no duration"},
        {"a user is wanted", FakeBoard::answer(401, "no"),
         "69 URL answered 401; give --user and --password-file as it wants them"},
        {"another user is wanted", FakeBoard::answer(403, ""),
         "69 URL answered 403; ask with a user who may see orders"},
        {"no board", FakeBoard::answer(404, "<html>"),
         "69 URL answered 404; check that --board is the board's URL, with its base path"},
        {"a redirect", FakeBoard::answer(301, "", "Location: https://else/\u009b31m\r\n"),
         "69 URL answered 301; it wants to be asked at https://else/\\u{9b}31m"},
        {"the store is in trouble", FakeBoard::answer(503, R"({"error":"orders.db: disk I/O error\u001b[2J"})"),
         "69 URL answered 503: orders.db: disk I/O error\\x1b[2J"},
        {"a proxy in trouble", FakeBoard::answer(502, "<html>"),
         "69 URL answered 502; look at its log, and at the proxy's in front of it"},
        {"no HTTP",
         {"ord1 end 10042\r\n\r\n"},
         "69 URL: that is no answer in HTTP (bad version); is that a board, and not https?"},
        {"nothing at all",
         {""},
         "69 URL: the connection ended before the answer did; is that a board, and what does its log say?"},
        {"half an answer",
         {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"},
         "69 URL: the connection ended before the answer did; is that a board, and what does its log say?"},
        {"a reset",
         {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", After::reset},
         "69 URL: Connection reset by peer; is that a board?"},
        {"too much, as announced",
         {"HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n", After::hold},
         "69 URL: the answer is over 16 MiB; ask for less"},
        {"too much, unannounced",
         {"HTTP/1.1 200 OK\r\n\r\n" + std::string((16U << 20U) + 1, ' '), After::hold},
         "69 URL: the answer is over 16 MiB; ask for less"},
        {"as much as there may be", FakeBoard::answer(200, "{}" + std::string((16U << 20U) - 2, ' ')),
         "{}" + std::string((16U << 20U) - 2, ' ')},
    }));
    CAPTURE(row.name);
    const FakeBoard board{[&](const std::string&) { return row.reply; }};
    const auto text = told(access_to(board.url()));
    CHECK((text == row.want));
    if (row.want.size() < 1000) CHECK(text == row.want);
}

TEST_CASE("a board that says nothing, or stops in the middle, is waited for only so long") {
    const std::string begun = GENERATE("", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{");
    const FakeBoard board{[&](const std::string&) { return FakeBoard::Reply{begun, After::hold}; }};
    auto access = access_to(board.url());
    access.patience = std::chrono::milliseconds{100};
    CHECK(told(access) == "69 URL: no whole answer within 100 ms; is that a board, and is it overloaded?");
}

TEST_CASE("a board that is not there") {
    CHECK(told(access_to("http://127.0.0.1:" + closed_port())) ==
          "69 URL: Connection refused; is the board running there?");
}

TEST_CASE("what cannot be asked is said before anything is sent") {
    const TemporaryDirectory directory;
    const auto empty = directory.write("empty", "");
    struct Row {
        std::string url, user, password_file, ca_file;
        std::string want;
    };
    const std::vector<Row> rows{
        {"127.0.0.1:4750", "", "", "", "64 --board: \"URL\" is no http or https URL; write http://127.0.0.1:4750"},
        {"http://me:secret@host", "", "", "",
         "64 --board: a user in the URL; credentials belong into --user and --password-file"},
        {"http://host/?a=b", "", "", "", "64 --board: a query or fragment in the URL; the board's URL has none"},
        {"http://127.0.0.1:1", "me", "", "", "64 --user and --password-file belong together; give both or none"},
        {"http://127.0.0.1:1", "", empty, "", "64 --user and --password-file belong together; give both or none"},
        {"http://127.0.0.1:1", "a:b", empty, "", "64 --user: a name with a colon cannot be sent; use another"},
        {"http://127.0.0.1:1", "me", empty, "",
         "64 --password-file " + empty +
             ": no password in it (empty); name a file with the password in its first line"},
        {"http://127.0.0.1:1", "me", "/nowhere", "",
         "64 --password-file /nowhere: no password in it (No such file or directory); name a file with the password "
         "in its first line"},
        {"https://127.0.0.1:1", "", "", empty,
         "64 --ca " + empty + " holds no certificates; it must be a readable PEM file"},
    };
    for (const auto& row : rows) {
        BoardAccess access = access_to(row.url);
        access.user = row.user;
        access.password_file = row.password_file;
        access.ca_file = row.ca_file;
        CHECK(told(access) == row.want);
    }
}

TEST_CASE("the request is one a proxy understands") {
    const TemporaryDirectory directory;
    const FakeBoard board{[](const std::string&) { return FakeBoard::answer(200, "{}"); }};
    auto access = access_to(board.url() + "/base");
    access.user = "clerk7";
    access.password_file = directory.write("password", "s3cret\nsecond line");
    access.language = "ru";
    CHECK(told(access, "api/orders/" + url_escaped("ЗК 7/8")) == "{}");
    const auto head = board.heads().at(0);
    CHECK(head.rfind("GET /base/api/orders/%D0%97%D0%9A%207%2F8 HTTP/1.1\r\n", 0) == 0);
    CHECK(has_line(head, "Host: " + board.url().substr(7)));
    CHECK(has_line(head, "Authorization: Basic Y2xlcms3OnMzY3JldA=="));
    CHECK(has_line(head, "Accept-Language: ru"));
    CHECK(has_line(head, "Connection: close"));
}

TEST_CASE("a board behind TLS is believed if its certificate is") {
    const TemporaryDirectory directory;
    const TestAuthority ours{directory, "ours"};
    const TestAuthority theirs{directory, "theirs"};
    const auto good = ours.issue({.name = "board"});
    const auto other_name = ours.issue({.name = "elsewhere", .alternatives = "DNS:elsewhere"});
    const auto expired = ours.issue({.name = "old", .from = -3600, .to = -1800});
    const auto handler = [](const std::string&) { return FakeBoard::answer(200, "{}"); };
    struct Row {
        const char* name;
        CertificateFiles files;
        std::string ca_file;
        std::string want;
    };
    const std::vector<Row> rows{
        {"good", good, ours.file(), "{}"},
        {"of a stranger", good, theirs.file(),
         "69 URL: its certificate is not accepted: unable to get local issuer certificate; name the authority that "
         "issued it with --ca"},
        {"of a stranger to the system", good, "",
         "69 URL: its certificate is not accepted: unable to get local issuer certificate; name the authority that "
         "issued it with --ca"},
        {"for another name", other_name, ours.file(),
         "69 URL: its certificate is not accepted: IP address mismatch; ask by a name it has"},
        {"expired", expired, ours.file(),
         "69 URL: its certificate is not accepted: certificate has expired; renew it there, or set this host's clock"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const FakeBoard board{handler, FakeBoard::Tls{row.files.certificate, row.files.key}};
        auto access = access_to(board.url());
        access.ca_file = row.ca_file;
        CHECK(told(access) == row.want);
    }
}

TEST_CASE("https where there is none, and none where there is") {
    const TemporaryDirectory directory;
    const TestAuthority ours{directory, "ours"};
    const auto files = ours.issue({.name = "board"});
    const auto handler = [](const std::string&) { return FakeBoard::answer(200, "{}"); };
    const FakeBoard plain{handler};
    const FakeBoard secure{handler, FakeBoard::Tls{files.certificate, files.key}};
    CHECK(told(access_to("http" + secure.url().substr(5))).rfind("69 URL: ", 0) == 0);
    auto access = access_to("https" + plain.url().substr(4));
    access.patience = std::chrono::milliseconds{300};  // each side waits for the other to speak its language
    CHECK(told(access).rfind("69 URL: ", 0) == 0);
}
