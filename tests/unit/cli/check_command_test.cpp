#include "cli/check_command.h"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <sstream>

using namespace ordertrace;
namespace json = boost::json;

namespace {

const TimePoint now = from_micros(1'795'305'600'500'000);  // 2026-11-22T00:00:00.5Z

struct Checked {
    int exit_code = 0;
    std::string output;
    std::string errors;
};

Checked check(const std::vector<std::string>& lines, bool as_json = false, const std::string& typed = "") {
    std::istringstream input{typed};
    std::ostringstream output;
    std::ostringstream errors;
    const int code = check_command({.lines = lines, .agent = {.system = "mes", .name_space = "shop"}, .json = as_json},
                                   now, input, output, errors);
    return {code, output.str(), errors.str()};
}

}  // namespace

TEST_CASE("a step and its ids, as text") {
    const auto checked = check({"ord1 start 10042 step=cut_panel id=op-7 t=1795305600120000",
                                "ord1 end 10042 step=cut_panel id=op-7 rc=0 t=1795305600320000"});
    CHECK(checked.exit_code == 0);
    CHECK(checked.errors.empty());
    CHECK(checked.output ==
          "start cut_panel of order 10042\n"
          "  trace     8d91de8595de911c410b46d59c175b06\n"
          "  namespace shop\n"
          "  system    mes\n"
          "  time      2026-11-22T00:00:00.120000Z\n"
          "  becomes   an open step; its end completes the span\n"
          "  span      cut_panel  ccad386ecf0ccd9c\n"
          "\n"
          "end cut_panel of order 10042\n"
          "  trace     8d91de8595de911c410b46d59c175b06\n"
          "  namespace shop\n"
          "  system    mes\n"
          "  time      2026-11-22T00:00:00.320000Z\n"
          "  becomes   written as it is shown here\n"
          "  span      cut_panel  ccad386ecf0ccd9c\n"
          "    of      mes\n"
          "    from    2026-11-22T00:00:00.120000Z for 200000 us\n"
          "    tag     order.record = step\n"
          "    tag     order.id = 10042\n"
          "    tag     order.namespace = shop\n"
          "    tag     span.kind = server\n"
          "    tag     order.result = ok\n"
          "    tag     step.id = op-7\n"
          "    tag     order.rc = 0\n");
}

TEST_CASE("a hand-off with its reference, and what was not understood") {
    const auto checked = check({"ord1 recv 10042 from=mes msg=9f1c t=1795305600120000 try=x _n:i=3 :it came"}, true);
    CHECK(checked.exit_code == 0);
    const auto event = json::parse(checked.output).at("event");
    CHECK(event.at("verb") == "recv");
    CHECK(event.at("remarks") == json::value({{"event.rest", "try=x"}}));
    const auto& span = event.at("spans").at(0);
    CHECK(span.at("name") == "received from mes");
    CHECK(span.at("references").at(0).at("trace_id") == "8d91de8595de911c410b46d59c175b06");
    CHECK(span.at("tags").at("n") == 3);
    CHECK(span.at("logs").at(0).at("fields") == json::value({{"event", "note"}, {"message", "it came"}}));
}

TEST_CASE("a reject has a caret and the exit code of a negative answer") {
    const auto checked = check({"ord1 status 7 st=A", "ord1 end"});
    CHECK(checked.exit_code == 1);
    CHECK(checked.output.find("\nrejected (order): no order; the third word is the order id (- for beat only)\n"
                              "  ord1 end\n          ^\n") != std::string::npos);
    const auto as_json = check({"hello \xFF"}, true);
    CHECK(as_json.exit_code == 1);
    CHECK(json::parse(as_json.output) ==
          json::value({{"reject",
                        {{"reason", "marker"},
                         {"explanation", "no event; a line begins with ord1, a JSON event with {"},
                         {"line", "hello \xEF\xBF\xBD"},
                         {"offset", 0U}}}}));
}

TEST_CASE("lines come from the input if none is given") {
    const auto checked = check({}, true, "ord1 note 7 :Error\n  at a\nord1 beat -\n");
    CHECK(checked.exit_code == 0);
    std::istringstream lines{checked.output};
    std::string line;
    REQUIRE(std::getline(lines, line));
    const auto note = json::parse(line).at("event");
    CHECK(note.at("spans").at(0).at("logs").at(0).at("fields").at("message") == "Error\n  at a");
    REQUIRE(std::getline(lines, line));
    CHECK(json::parse(line).at("event").at("became") == "seen");
    CHECK_FALSE(std::getline(lines, line));
}

TEST_CASE("the words of one line need no quotes") {
    CHECK(check({"ord1", "status", "7", "st=A"}).output.find("status A of order 7\n") == 0);
}

TEST_CASE("a verb that lacks what it must have is said to be a note") {
    CHECK(check({"ord1 end 7"})
              .output.find("end of order 7 (kept as a note: the verb is unknown, or lacks what it must have)\n") == 0);
}

TEST_CASE("nothing to check, or far too much, is wrong usage") {
    const auto nothing = check({}, false, "\n");
    CHECK(nothing.exit_code == 64);
    CHECK(nothing.errors == "ordertrace check: no line to check; give one as an argument or on the input\n");
    const auto much = check({}, false, std::string((16U << 20U) + 1, 'x'));
    CHECK(much.exit_code == 64);
    CHECK(much.errors == "ordertrace check: the input is over 16 MiB; check it in parts\n");
}
