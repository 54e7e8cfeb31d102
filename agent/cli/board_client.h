// Asks the board. Knows its API by JSON only (proto/board.openapi.yaml). One process, one thread; a question blocks, at
// most `patience`.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <tl/expected.hpp>

#include "http/http_question.h"
#include "settings/common_settings.h"

namespace ordertrace {

inline constexpr const char* default_board = "http://127.0.0.1:4750";

struct BoardAccess {
    std::string url = default_board;
    std::string user;           // empty: none
    std::string password_file;  // its first line
    std::string ca_file;        // empty: the system's store
    std::string language = "en";
    std::chrono::milliseconds patience{10'000};
};

// Why there is no answer: what, where, what to do; and what the program ends with.
struct BoardTrouble {
    int exit_code = 0;
    std::string message;
};

struct BoardAnswer {
    std::string body;  // as it came
    boost::json::object document;
};

template <class T>
using FromBoard = tl::expected<T, BoardTrouble>;

class BoardClient {
public:
    static FromBoard<BoardClient> make(const BoardAccess& access);

    // `path` stands below the board's URL: api/stuck?limit=1000. A document with status 404 is an answer if it tells a
    // verdict, as that of an unknown order does.
    FromBoard<BoardAnswer> ask(const std::string& path) const;

    // What is wrong with a document although it is JSON.
    BoardTrouble no_answer(const std::string& what) const;

private:
    BoardClient(BoardAccess access, Url url, std::string authorization)
        : access_{std::move(access)}, url_{std::move(url)}, authorization_{std::move(authorization)} {}
    tl::unexpected<BoardTrouble> trouble_of(const HttpAnswer& answer) const;

    BoardAccess access_;
    Url url_;  // its path ends with a slash
    std::string authorization_;
};

// RFC 3986: all but unreserved characters as %HH; fit for a path segment and for a query's value.
std::string url_escaped(std::string_view text);

}  // namespace ordertrace
