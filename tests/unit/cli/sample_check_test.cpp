#include "cli/sample_check.h"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <sstream>

#include "support/temporary_directory.h"

using namespace ordertrace;
namespace json = boost::json;

namespace {

const TimePoint now = from_micros(1'795'305'600'500'000);

struct Checked {
    int exit_code = 0;
    std::string output;
    std::string errors;
};

Checked check(const std::string& map, const std::string& sample, bool as_json = false) {
    const TemporaryDirectory directory;
    directory.write("map", map);
    directory.write("log", sample);
    std::ostringstream output;
    std::ostringstream errors;
    const int code = check_sample({.map = directory.path("map"),
                                   .sample = sample.empty() ? "" : directory.path("log"),
                                   .agent = {.system = "mes", .name_space = "shop"},
                                   .json = as_json},
                                  now, output, errors);
    return {code, output.str(), errors.str()};
}

const std::string steps = R"(
version: 1
format: csv
columns: [order, what, at]
rules:
  - {when: {what: begin}, event: start, order: "{order}", set: {step: cut_panel, id: op-7, t: "{at}"}}
  - {event: end, order: "{order}", set: {step: cut_panel, id: op-7, t: "{at}"}}
)";

}  // namespace

TEST_CASE("a sample's lines are told with their rules, events and meanings") {
    const auto checked = check(steps, "10042,begin,1795305600120000\n\x1b[31m\n10042,done,1795305600320000\n");
    CHECK(checked.exit_code == 0);
    CHECK(checked.errors.empty());
    CHECK(checked.output.find("line 1: 10042,begin,1795305600120000\n"
                              "rule 1: ord1 start 10042 step=cut_panel id=op-7 t=1795305600120000\n"
                              "start cut_panel of order 10042\n"
                              "  trace     8d91de8595de911c410b46d59c175b06\n") == 0);
    CHECK(checked.output.find("\nline 2: \\x1b[31m\nrule 2: ord1 end \"\\x1B[31m\" step=cut_panel id=op-7 t=") !=
          std::string::npos);
    CHECK(checked.output.find("  span      cut_panel  ccad386ecf0ccd9c\n    of      mes\n"
                              "    from    2026-11-22T00:00:00.120000Z for 200000 us\n") != std::string::npos);
    CHECK(checked.output.ends_with("\n3 lines: 3 events, 0 skipped, 0 the agent would reject\n"));
}

TEST_CASE("a sample's lines as JSON") {
    const auto checked = check(steps, "order,what,at\n10042,begin,1795305600120000\n", true);
    CHECK(checked.exit_code == 0);
    std::istringstream rows{checked.output};
    std::string row;
    REQUIRE(std::getline(rows, row));
    CHECK(json::parse(row) == json::value({{"line", 1U},
                                           {"text", "order,what,at"},
                                           {"skipped", "header"},
                                           {"explanation", "the names of the columns"}}));
    REQUIRE(std::getline(rows, row));
    const auto event = json::parse(row);
    CHECK(event.at("rule") == 1U);
    CHECK(event.at("becomes") == "ord1 start 10042 step=cut_panel id=op-7 t=1795305600120000");
    CHECK(event.at("event").at("step_span_id") == "ccad386ecf0ccd9c");
    CHECK_FALSE(std::getline(rows, row));
}

TEST_CASE("a sample of which nothing comes is a negative answer") {
    const auto checked = check(steps, ",begin,\n");
    CHECK(checked.exit_code == 1);
    CHECK(checked.output ==
          "line 1: ,begin,\nskipped by rule 1: the order is empty\n\n"
          "1 lines: 0 events, 1 skipped, 0 the agent would reject\n");
}

TEST_CASE("without a sample the map alone is judged") {
    const auto good = check(steps, "");
    CHECK(good.exit_code == 0);
    CHECK(good.output.ends_with("/map: fine\n"));
    const auto bad = check("version: 1\nformat: txt\n", "");
    CHECK(bad.exit_code == 78);
    CHECK(bad.output.empty());
    CHECK(bad.errors.find("/map:1:1: rules: missing; say what becomes an event\n") != std::string::npos);
    CHECK(bad.errors.find("/map:2:9: format: \"txt\" is not known here; did you mean text?\n") != std::string::npos);
}
