#include "board/thrift_intake.h"

#include <catch2/catch.hpp>

#include "unit/board/board_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

const std::string thrift = "Content-Type: application/vnd.apache.thrift.binary\r\n";
const std::string gzipped = thrift + "Content-Encoding: gzip\r\n";
constexpr std::size_t limit = 20U << 20U;

struct Board {
    ThriftIntake intake{limit, [](const ReceivedBatch&) -> Result<void> { return {}; }};
    RunningServer server{HttpLimits{}, [this](const HttpRequest& request) { return intake.answer(request); }};
};

}  // namespace

TEST_CASE("every answer is a Jaeger collector's, over a connection that stays") {
    struct Row {
        const char* name;
        std::string request;
        std::string status;
        std::string body;
    };
    auto bad_gzip = gzip(good_body());
    bad_gzip.resize(bad_gzip.size() - 3);
    auto row = GENERATE_COPY(values<Row>({
        {"good", post("/api/traces", thrift, good_body()), "202", ""},
        {"good, the older type", post("/api/traces", "Content-Type: application/x-thrift\r\n", good_body()), "202", ""},
        {"good, with a parameter", post("/api/traces", "Content-Type: Application/X-Thrift ; v=1\r\n", good_body()),
         "202", ""},
        {"good, with a query", post("/api/traces?format=jaeger.thrift", thrift, good_body()), "202", ""},
        {"good, gzip", post("/api/traces", gzipped, gzip(good_body())), "202", ""},
        {"no spans", post("/api/traces", thrift, batch_bytes("mes", {})), "202", ""},
        {"no content type", post("/api/traces", "", good_body()), "400", "Cannot parse content type: no media type"},
        {"JSON", post("/api/traces", "Content-Type: application/json\r\n", "{}"), "400",
         "Unsupported content type: application/json"},
        {"malformed Thrift", post("/api/traces", thrift, "garbage"), "400",
         "Unable to process request body: malformed Thrift near byte 1: unknown type 103"},
        {"no body", post("/api/traces", thrift, ""), "400",
         "Unable to process request body: malformed Thrift: the body is empty"},
        {"a required field is missing", post("/api/traces", thrift, batch_bytes("mes", {span_bytes(1, "a", {}, 5)})),
         "400", "Unable to process request body: malformed Thrift near byte 104: TProtocolException: Invalid data"},
        {"plain bytes called gzip", post("/api/traces", gzipped, good_body()), "400",
         "the body is not gzip although its Content-Encoding says so"},
        {"corrupt gzip", post("/api/traces", gzipped, bad_gzip), "500",
         "Unable to process request body: gzip: invalid data"},
        {"identity", post("/api/traces", thrift + "Content-Encoding: identity\r\n", good_body()), "400",
         "unsupported Content-Encoding: identity"},
        {"GZIP", post("/api/traces", thrift + "Content-Encoding: GZIP\r\n", gzip(good_body())), "400",
         "unsupported Content-Encoding: GZIP"},
        {"GET", "GET /api/traces HTTP/1.1\r\nHost: board\r\n\r\n", "405", "only POST is taken here"},
        {"a slash too many at the end", post("/api/traces/", thrift, good_body()), "404",
         "not found: spans are taken by POST /api/traces"},
        {"a doubled slash", post("//api/traces", thrift, good_body()), "301", "moved to /api/traces"},
        {"another path", post("/api/services", thrift, good_body()), "404",
         "not found: spans are taken by POST /api/traces"},
    }));
    CAPTURE(row.name);
    Board board;
    Client client{board.server.port()};
    const auto answer = client.ask(row.request);
    CHECK(status_of(answer) == row.status);
    CHECK(body_of(answer) == row.body);
    CHECK(status_of(client.ask(post("/api/traces", thrift, good_body()))) == "202");
}

TEST_CASE("a body over 20 MiB is refused and the connection closed") {
    Board board;
    const std::string wanted = "Unable to process request body: http: request body too large";
    SECTION("by its length") {
        Client client{board.server.port()};
        const auto answer = client.ask(post("/api/traces", thrift, std::string(limit + 1, 'x')));
        CHECK(status_of(answer) == "500");
        CHECK(body_of(answer) == wanted);
        CHECK(client.at_end());
    }
    SECTION("by its chunks") {
        Client client{board.server.port()};
        client.write("POST /api/traces HTTP/1.1\r\nHost: board\r\nTransfer-Encoding: chunked\r\n" + thrift + "\r\n");
        const std::string chunk = "400000\r\n" + std::string(0x400000, 'x') + "\r\n";
        for (int i = 0; i < 6; ++i) client.write(chunk);
        const auto answer = client.read_answer();
        CHECK(status_of(answer) == "500");
        CHECK(body_of(answer) == wanted);
    }
    SECTION("after inflating") {
        Client client{board.server.port()};
        const auto answer = client.ask(post("/api/traces", gzipped, gzip(std::string(limit + 1, 'x'))));
        CHECK(status_of(answer) == "500");
        CHECK(body_of(answer) == wanted);
        CHECK(client.at_end());
    }
    SECTION("but not at the limit itself") {
        Client client{board.server.port()};
        const auto body = good_body();
        const auto answer = client.ask(post("/api/traces", thrift, body + std::string(limit - body.size(), 'x')));
        CHECK(status_of(answer) == "202");
    }
}

TEST_CASE("what the sink cannot take is answered as a storage that is down") {
    ThriftIntake intake{limit, [](const ReceivedBatch&) -> Result<void> { return fail("disk full"); }};
    HttpRequest request{boost::beast::http::verb::post, "/api/traces", 11};
    request.set(boost::beast::http::field::content_type, "application/x-thrift");
    request.body() = good_body();
    const auto answer = intake.answer(request);
    CHECK(answer.result_int() == 500);
    CHECK(answer.body() == "Cannot submit Jaeger batch: disk full");
}

TEST_CASE("a batch is taken whole or not at all") {
    std::size_t taken = 0;
    ThriftIntake intake{limit, [&](const ReceivedBatch& batch) -> Result<void> {
                            taken += batch.spans.size();
                            return {};
                        }};
    HttpRequest request{boost::beast::http::verb::post, "/api/traces", 11};
    request.set(boost::beast::http::field::content_type, "application/x-thrift");
    request.body() = batch_bytes("mes", {span_bytes(1, "a", {}), span_bytes(2, "b", {}, 8)});
    CHECK(intake.answer(request).result_int() == 400);
    CHECK(taken == 0);
    request.body() = batch_bytes("mes", {span_bytes(1, "a", {}), span_bytes(2, "b", {})});
    CHECK(intake.answer(request).result_int() == 202);
    CHECK(taken == 2);
}
