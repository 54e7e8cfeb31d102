#include "export/credentials.h"

#include <catch2/catch.hpp>

#include "export/request_head.h"
#include "support/temporary_directory.h"

using namespace ordertrace;

TEST_CASE("credentials come from files and are read again when they change") {
    const TemporaryDirectory directory;
    const auto file = directory.write("secret", "sesame\r\n");
    Credentials basic{{.username = "shop", .password_file = file, .bearer_token_file = {}}};
    CHECK(*basic.header() == "Authorization: Basic c2hvcDpzZXNhbWU=\r\n");
    Credentials bearer{{.username = {}, .password_file = {}, .bearer_token_file = file}};
    CHECK(*bearer.header() == "Authorization: Bearer sesame\r\n");
    directory.write("secret", "other word\n");
    CHECK(*bearer.header() == "Authorization: Bearer other word\r\n");
    CHECK(Credentials{{}}.header()->empty());
}

TEST_CASE("a credential file that cannot be used is named") {
    const TemporaryDirectory directory;
    struct Row {
        const char* name;
        const char* content;
        const char* want;
    };
    auto row = GENERATE(values<Row>({
        {"empty", "\n", " is empty; write the secret on its first line"},
        {"two lines", "a\nX-Evil: b\n", " has more than one line; a secret is one line"},
        {"carriage return", "a\rb", " has more than one line; a secret is one line"},
    }));
    CAPTURE(row.name);
    const auto file = directory.write("token", row.content);
    CHECK(Credentials{{.username = {}, .password_file = {}, .bearer_token_file = file}}.header().error().message ==
          "auth.bearer_token_file " + file + row.want);
    CHECK(Credentials{{.username = "u", .password_file = file, .bearer_token_file = {}}}.header().error().message ==
          "auth.basic.password_file " + file + row.want);
}

TEST_CASE("a credential file that is missing or huge is named") {
    const TemporaryDirectory directory;
    const auto missing = directory.path("no");
    CHECK(Credentials{{.username = {}, .password_file = {}, .bearer_token_file = missing}}.header().error().message ==
          "auth.bearer_token_file " + missing +
              " cannot be read: No such file or directory; let the agent's user read it");
    const auto huge = directory.write("huge", std::string(65'537, 'x'));
    CHECK(Credentials{{.username = {}, .password_file = {}, .bearer_token_file = huge}}.header().error().message ==
          "auth.bearer_token_file " + huge + " is larger than 64 KiB; is it the right file?");
}

TEST_CASE("the head of a request") {
    CHECK(request_head({.host = "::1", .port = 14268, .text = ""}, "", 12, false) ==
          "POST /api/traces HTTP/1.1\r\nHost: [::1]:14268\r\nUser-Agent: ordertrace-agent/" ORDERTRACE_VERSION
          "\r\nContent-Type: application/vnd.apache.thrift.binary\r\nContent-Length: 12\r\n\r\n");
    CHECK(request_head({.tls = true, .host = "c", .port = 443, .target = "/x", .text = ""}, "A: b\r\n", 0, true) ==
          "POST /x HTTP/1.1\r\nHost: c\r\nUser-Agent: ordertrace-agent/" ORDERTRACE_VERSION
          "\r\nContent-Type: application/vnd.apache.thrift.binary\r\nContent-Encoding: gzip\r\nA: b\r\n"
          "Content-Length: 0\r\n\r\n");
}
