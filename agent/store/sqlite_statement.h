// One prepared statement of SQLite. Owned by the thread of its connection, which it must not outlive in use (its
// destructor may run later). Prepared at its first use. Values are always bound, and only looked at while it runs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ordertrace {

// What went wrong last on a connection, for a person. `file` where the connection itself could not be opened.
Error sqlite_trouble(sqlite3* connection, std::string_view file = {});

struct Blob {
    std::string_view bytes;
};

class SqliteStatement {
public:
    // `sql` must live as long as the statement.
    SqliteStatement(sqlite3* connection, const char* sql) : connection_{connection}, sql_{sql} {}

    // Runs it with these values (integers, texts, Blob) and calls `row(*this)` at every row. It always runs to its end:
    // an unfinished one would hold an old state of the file.
    template <class Row, class... Values>
    Result<void> each(Row row, const Values&... values) {
        if (auto ready = prepare(); !ready) return ready;
        int place = 0;
        (bind(++place, values), ...);
        while (true) {
            const auto more = step();
            if (!more) return tl::make_unexpected(more.error());
            if (!*more) return {};
            row(*this);
        }
    }
    template <class... Values>
    Result<void> run(const Values&... values) {
        return each([](const SqliteStatement&) {}, values...);
    }
    // The first column of the last row; nothing if there is no row.
    template <class... Values>
    Result<std::optional<std::int64_t>> number(const Values&... values) {
        std::optional<std::int64_t> found;
        if (auto done = each([&](const SqliteStatement& row) { found = row.integer(0); }, values...); !done)
            return tl::make_unexpected(done.error());
        return found;
    }

    // Of the row; texts and bytes are valid until the next one. Columns count from 0.
    std::int64_t integer(int column) const;
    std::string_view text(int column) const;
    std::string_view bytes(int column) const;

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };

    Result<void> prepare();
    void bind(int place, std::int64_t value);
    void bind(int place, std::string_view text);
    void bind(int place, Blob blob);
    Result<bool> step();  // true: a row

    sqlite3* connection_;
    const char* sql_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace ordertrace
