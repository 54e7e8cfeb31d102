#include "maps/json_path.h"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

using namespace ordertrace;
namespace json = boost::json;

TEST_CASE("where a value stands") {
    const auto document = json::parse(R"({"a": {"b/c": [10, {"name": "st", "value": "CUT"}, {"name": 5, "value": true}],
                                                "~": null, "x=y": 1.5},
                                          "plain": "text", "/odd": "slash", "big": 12345678901234567890,
                                          "bigger": 123456789012345678901234567890, "no": -7,
                                          "whole": [100000.0, 1e15, -0.0, 1e16], "money": 1.10})");
    struct Row {
        const char* path;
        const char* want;  // of what is not there: "nothing"
    };
    auto row = GENERATE(values<Row>({{"plain", "text"},
                                     {"/plain", "text"},
                                     {"//odd", "nothing"},
                                     {"/~1odd", "slash"},
                                     {"/a/b~1c/0", "10"},
                                     {"/a/b~1c/7", "nothing"},
                                     {"/a/b~1c/name=st/value", "CUT"},
                                     {"/a/b~1c/name=5/value", "true"},
                                     {"/a/b~1c/name=other/value", "nothing"},
                                     {"/a/b~1c/1", R"({"name":"st","value":"CUT"})"},
                                     {"/a/~0", ""},
                                     {"/a/x=y", "1.5"},
                                     {"/plain/deeper", "nothing"},
                                     {"a/b", "nothing"},
                                     {"big", "12345678901234567890"},
                                     {"bigger", ""},
                                     {"no", "-7"},
                                     {"/whole/0", "100000"},
                                     {"/whole/1", "1000000000000000"},
                                     {"/whole/2", "0"},
                                     {"/whole/3", ""},
                                     {"money", "1.1"}}));
    CAPTURE(row.path);
    const auto path = read_json_path(row.path);
    REQUIRE(path);
    const auto* value = find_in(document, *path);
    CHECK((value == nullptr ? "nothing" : text_of(*value)) == row.want);
}

TEST_CASE("what is no path") {
    CHECK(read_json_path("").error() == Complaint{"an empty name", "name a member, or a path as /order/id"});
    CHECK(read_json_path("/a~2").error() == Complaint{"a lone ~ in the path", "write ~0 for ~ and ~1 for /"});
    CHECK(read_json_path("/a~").error() == Complaint{"a lone ~ in the path", "write ~0 for ~ and ~1 for /"});
    CHECK(read_json_path("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16"));
    CHECK(read_json_path("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17").error() ==
          Complaint{"a path of more than 16 steps", ""});
}
