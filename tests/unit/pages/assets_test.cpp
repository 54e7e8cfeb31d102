#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "board/pages.h"

using namespace ordertrace;

TEST_CASE("assets are the files of the source tree") {
    struct Row {
        const char* name;
        const char* type;
    };
    const auto row = GENERATE(values<Row>({{"board.css", "text/css; charset=utf-8"},
                                           {"board.js", "text/javascript; charset=utf-8"},
                                           {"icon.svg", "image/svg+xml"}}));
    CAPTURE(row.name);
    const auto* asset = find_asset(row.name);
    REQUIRE(asset != nullptr);
    std::stringstream file;
    file << std::ifstream{std::string{ORDERTRACE_SOURCE_DIR "/agent/board/assets/"} + row.name}.rdbuf();
    CHECK(asset->content_type == row.type);
    CHECK(asset->body == file.str());
    REQUIRE(asset->etag.size() == 18);
    CHECK(asset->etag.front() == '"');
    CHECK(asset->etag.back() == '"');
}

TEST_CASE("assets have tags of their own") {
    CHECK(find_asset("board.css")->etag != find_asset("board.js")->etag);
    CHECK(find_asset("board.css")->etag != find_asset("icon.svg")->etag);
}

TEST_CASE("there are no other assets") {
    const auto* name = GENERATE("", "board", "board.cs", "board.css/", "../board.css", "BOARD.CSS");
    CAPTURE(name);
    CHECK(find_asset(name) == nullptr);
}

TEST_CASE("no asset needs another host or an inline script") {
    const auto* name = GENERATE("board.css", "board.js");
    const auto body = find_asset(name)->body;
    CAPTURE(name);
    for (const auto* part : {"https:", "//cdn", "@import", "innerHTML", "eval(", "setAttribute('style"}) {
        CAPTURE(part);
        CHECK(body.find(part) == std::string_view::npos);
    }
}
