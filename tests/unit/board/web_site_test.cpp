#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "unit/board/sample_site.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

namespace http = boost::beast::http;
namespace json = boost::json;

std::string header(const HttpResponse& response, boost::beast::string_view name) { return std::string{response[name]}; }

std::vector<std::string> orders_in(const json::value& document) {
    std::vector<std::string> ids;
    for (const auto& order : document.at("orders").as_array()) ids.emplace_back(order.at("order").as_string().c_str());
    return ids;
}

}  // namespace

TEST_CASE("every path has its status and its kind") {
    struct Row {
        std::string target;
        unsigned status;
        std::string_view type;
    };
    static constexpr std::string_view html = "text/html; charset=utf-8";
    static constexpr std::string_view api = "application/json; charset=utf-8";
    static constexpr std::string_view plain = "text/plain; charset=utf-8";
    auto row = GENERATE(values<Row>({
        {"/", 200, html},
        {"/?stage=CREATED", 200, html},
        {"/?stage=NONE", 400, html},
        {"/?cursor=x", 400, html},
        {"/orders/10042", 200, html},
        {"/orders/a%2Fb", 200, html},
        {"/orders/1", 404, html},
        {"/orders/%zz", 400, html},
        {"/orders/" + std::string(129, 'x'), 400, html},
        {"/orders/?id=..", 404, html},
        {"/nowhere", 404, html},
        {"/api/orders/10042", 200, api},
        {"/api/orders/10042?x=1", 200, api},
        {"/api/orders/77", 200, api},
        {"/api/orders/1", 404, api},
        {"/api/orders/", 400, api},
        {"/api/orders/%", 400, api},
        {"/api/stuck", 200, api},
        {"/api/stuck?limit=x", 400, api},
        {"/api/stuck?cursor=x", 400, api},
        {"/api/lost", 200, api},
        {"/api/lost?edge=mes:erp", 400, api},
        {"/api/stages", 200, api},
        {"/api/systems", 200, api},
        {"/api/edges", 200, api},
        {"/api/", 404, api},
        {"/api/order", 404, api},
        {"/assets/none", 404, plain},
        {"/healthz", 200, plain},
        {"/readyz", 200, plain},
        {"/metrics", 200, "text/plain; version=0.0.4; charset=utf-8"},
    }));
    CAPTURE(row.target);
    Site site;
    const auto response = site.get(row.target);
    CHECK(response.result_int() == row.status);
    CHECK(header(response, "Content-Type") == row.type);
    CHECK(header(response, "Content-Security-Policy") ==
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    CHECK(header(response, "X-Content-Type-Options") == "nosniff");
    CHECK(header(response, "Referrer-Policy") == "no-referrer");
}

TEST_CASE("an order, its alias, and an unknown one with those near it") {
    Site site;
    const auto order = site.get_json("/api/orders/10042");
    CHECK(order.at("order") == "10042");
    CHECK(order.at("verdict") == "not_sent");
    CHECK(order.at("age_seconds") == 1800);
    CHECK(order.at("jaeger_url").as_string().starts_with("http://jaeger:16686/trace/"));
    CHECK(site.get_json("/api/orders/77").at("order") == "a/b");
    const auto unknown = site.get_json("/api/orders/1004");
    CHECK(unknown.at("verdict") == "unknown");
    CHECK(unknown.at("nearest") == json::parse(R"(["10041","10042","a/b"])"));
}

TEST_CASE("lists hold what is stuck, page by page") {
    Site site;
    CHECK(orders_in(site.get_json("/api/stuck")) == std::vector<std::string>{"a/b", "10042"});
    CHECK(orders_in(site.get_json("/api/stuck?stage=CREATED")) == std::vector<std::string>{"a/b"});
    CHECK(orders_in(site.get_json("/api/stuck?older=1h")) == std::vector<std::string>{"a/b"});
    CHECK(orders_in(site.get_json("/api/lost")) == std::vector<std::string>{"10042"});
    CHECK(orders_in(site.get_json("/api/lost?edge=mes:crm")) == std::vector<std::string>{"10042"});
    CHECK(orders_in(site.get_json("/api/lost?edge=crm:mes")).empty());
    const auto first = site.get_json("/api/stuck?limit=1");
    CHECK(orders_in(first) == std::vector<std::string>{"a/b"});
    const std::string next = first.at("next").as_string().c_str();
    const auto second = site.get_json("/api/stuck?limit=1&cursor=" + next);
    CHECK(orders_in(second) == std::vector<std::string>{"10042"});
    CHECK(second.at("next").is_null());
}

TEST_CASE("errors of the API say what and where") {
    Site site;
    CHECK(site.get("/api/stuck?limit=x").body() == R"({"error":"limit: \"x\" is no number from 1 to 1000"})");
    CHECK(site.get("/api/stuck?cursor=x").body() == R"({"error":"cursor: not one of this list; begin without one"})");
    CHECK(site.get("/api/x").body() ==
          R"({"error":"there are /api/orders/ID, /api/stuck, /api/lost, /api/stages, /api/systems and /api/edges"})");
}

TEST_CASE("a store that does not answer is 503 with its words") {
    Site site;
    const std::string trouble = "orders.db: disk I/O error; look at the disk";
    SECTION("when an order is asked for") {
        site.break_store();
        for (const auto* path : {"/api/orders/10042", "/orders/10042", "/readyz"}) {
            CAPTURE(path);
            CHECK(site.get(path).result_int() == 503);
            CHECK(site.get(path).body().find(trouble) != std::string::npos);
        }
        CHECK(header(site.get("/api/orders/10042"), "Retry-After") == "10");
    }
    SECTION("when the watcher could not read it") {
        site.set_overview(trouble, true);
        for (const auto* path : {"/api/stuck", "/api/lost", "/api/stages", "/api/systems", "/api/edges"}) {
            CAPTURE(path);
            CHECK(site.get(path).result_int() == 503);
            CHECK(site.get(path).body() == R"({"error":")" + trouble + R"("})");
        }
        CHECK(site.get("/").result_int() == 200);
        CHECK(site.get("/api/orders/10042").result_int() == 200);
    }
    CHECK(site.get("/healthz").result_int() == 200);
}

TEST_CASE("ready once the orders are read, until the program ends") {
    Site site;
    CHECK(site.get("/readyz").body() == "ready\n");
    site.set_overview("", false);
    CHECK(site.get("/readyz").result_int() == 503);
    CHECK(site.get("/readyz").body() == "the board is still reading the orders of its store; ask again in a moment\n");
    CHECK(site.get("/api/stuck").result_int() == 503);
    CHECK(site.get("/").result_int() == 200);
    site.set_overview("", true);
    site.draining = true;
    CHECK(site.get("/readyz").result_int() == 503);
    CHECK(site.get("/readyz").body() == "draining\n");
    CHECK(site.get("/healthz").body() == "ok\n");
}

TEST_CASE("what the client has already is not sent again") {
    Site site;
    const std::string path = GENERATE("/api/orders/10042", "/api/stuck", "/", "/orders/10042", "/assets/board.css");
    CAPTURE(path);
    const auto first = site.get(path);
    const auto tag = header(first, "ETag");
    CHECK(tag.size() > 2);
    CHECK(header(first, "Cache-Control") == (path[1] == 'a' && path[2] == 's' ? "public, max-age=86400" : "no-cache"));
    struct Row {
        std::string known;
        unsigned status;
    };
    for (const auto& row : {Row{tag, 304}, Row{"W/" + tag, 304}, Row{"\"x\" , " + tag, 304}, Row{"*", 304},
                            Row{"\"x\"", 200}, Row{"", 200}, Row{tag.substr(1), 200}}) {
        CAPTURE(row.known);
        const auto again = site.get(path, {{http::field::if_none_match, row.known}});
        CHECK(again.result_int() == row.status);
        CHECK(header(again, "ETag") == tag);
        CHECK(again.body().empty() == (row.status == 304));
    }
}

TEST_CASE("another language is another answer") {
    Site site;
    const auto english = site.get("/api/orders/10042");
    const auto russian = site.get("/api/orders/10042", {{http::field::accept_language, "ru,en;q=0.5"}});
    CHECK(header(english, "Vary") == "Accept-Language");
    CHECK(header(english, "ETag") != header(russian, "ETag"));
    CHECK(json::parse(english.body()).at("sentence") != json::parse(russian.body()).at("sentence"));
}

TEST_CASE("a page of a foreign name is not answered") {
    Site site;
    for (const auto* name : {"localhost", "LOCALHOST:4750", "127.0.0.1", "127.0.0.1:4750", "[::1]:4750"}) {
        CAPTURE(name);
        CHECK(site.get("/api/stuck", {{http::field::host, name}}).result_int() == 200);
    }
    for (const auto* name : {"evil.example", "evil.example:4750", "127.0.0.1.evil.example", "[::2]"}) {
        for (const auto* path : {"/", "/api/stuck", "/metrics", "/healthz"}) {
            CAPTURE(name, path);
            const auto refused = site.get(path, {{http::field::host, name}});
            CHECK(refused.result_int() == 421);
            CHECK(refused.body() ==
                  "misdirected request: the board answers only to the names localhost, 127.0.0.1 and [::1]; a proxy in "
                  "front must set the Host header to one of them\n");
        }
    }
}

TEST_CASE("HEAD is GET without the body, anything else is refused") {
    Site site;
    const auto path = GENERATE("/api/stuck", "/", "/metrics", "/orders/1");
    CAPTURE(path);
    const auto whole = site.get(path);
    const auto head = site.get(path, {}, http::verb::head);
    CHECK(head.result() == whole.result());
    CHECK(head.body().empty());
    CHECK(header(head, "ETag") == header(whole, "ETag"));
    CHECK(std::stoul(header(head, "Content-Length")) > 0);
    for (const auto method : {http::verb::post, http::verb::put, http::verb::delete_, http::verb::options}) {
        const auto refused = site.get(path, {}, method);
        CHECK(refused.result_int() == 405);
        CHECK(header(refused, "Allow") == "GET, HEAD");
        CHECK(header(refused, "X-Content-Type-Options") == "nosniff");
    }
}

TEST_CASE("the search leads to the order's own page") {
    struct Row {
        std::string base, target, location;
    };
    auto row = GENERATE(values<Row>({
        {"/", "/orders/?id=10042", "/orders/10042"},
        {"/", "/orders/?id=+a%2Fb+", "/orders/a%2Fb"},
        {"/", "/orders?id=%D0%97%D0%9A-77", "/orders/%D0%97%D0%9A-77"},
        {"/", "/orders/?id=%0D%0ASet-Cookie:x", "/orders/%0D%0ASet-Cookie%3Ax"},
        {"/", "/orders/?id=", "/"},
        {"/", "/orders/", "/"},
        {"/board/", "/board/orders/?id=1", "/board/orders/1"},
        {"/board/", "/orders/?id=1", "/board/orders/1"},
    }));
    CAPTURE(row.target);
    Site site{row.base};
    const auto response = site.get(row.target);
    CHECK(response.result_int() == 303);
    CHECK(header(response, "Location") == row.location);
}

TEST_CASE("below a base path everything is found, and without it what a proxy has taken off") {
    Site site{"/board/"};
    for (const std::string path : {"/", "/orders/10042", "/api/stuck", "/assets/board.css", "/healthz", "/metrics"}) {
        CAPTURE(path);
        CHECK(site.get("/board" + path).result_int() == 200);
        CHECK(site.get(path).result_int() == 200);
    }
    const auto moved = site.get("/board");
    CHECK(moved.result_int() == 301);
    CHECK(header(moved, "Location") == "/board/");
    CHECK(site.get("/boardroom").result_int() == 404);
}
