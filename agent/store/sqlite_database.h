// A connection to the embedded store's file, and one transaction on it. Each is owned and used by one thread; any
// number of connections may be open, of which one writes. Bounds: 8 MiB of page cache a connection, 2 s of waiting for
// a lock.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/sqlite_statement.h"

namespace ordertrace {

class SqliteDatabase {
public:
    static constexpr std::chrono::milliseconds lock_timeout{2'000};
    static constexpr int cache_kib = 8 << 10;

    // Makes the file if there is none, for this user alone; its directory must be there.
    static Result<SqliteDatabase> open_to_write(const std::string& file);
    // The file must be there.
    static Result<SqliteDatabase> open_to_read(const std::string& file);

    SqliteStatement statement(const char* sql) const { return {connection_.get(), sql}; }
    // Statements without values, parted by semicolons; rows are thrown away.
    Result<void> run(const std::string& sql);
    // The first column of the first row, 0 without one.
    Result<std::int64_t> number(const char* sql) const;
    // Rows the last INSERT, UPDATE or DELETE changed.
    std::int64_t changed_rows() const;
    std::int64_t last_key() const;
    bool in_transaction() const;
    std::string file() const;

private:
    struct Close {
        void operator()(sqlite3* connection) const;
    };

    static Result<SqliteDatabase> open(const std::string& file, int flags);

    std::unique_ptr<sqlite3, Close> connection_;
};

// Begun with the write lock. What is not committed when it goes is as if it had never been.
class SqliteTransaction {
public:
    static Result<SqliteTransaction> begin(SqliteDatabase& database);
    Result<void> commit();

private:
    struct RollBack {
        void operator()(SqliteDatabase* database) const;
    };

    std::unique_ptr<SqliteDatabase, RollBack> database_;
};

}  // namespace ordertrace
