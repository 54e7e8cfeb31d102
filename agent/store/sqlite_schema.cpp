#include "store/sqlite_schema.h"

namespace ordertrace {
namespace {

constexpr std::int64_t application_id = 0x6F72'6431;  // "ord1"

constexpr const char* tables = R"(
CREATE TABLE orders (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, changed INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX orders_by_change ON orders (changed);
CREATE TABLE facts (
    order_key INTEGER NOT NULL, id INTEGER NOT NULL, start INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (order_key, id)) STRICT, WITHOUT ROWID;
CREATE TABLE aliases (
    id TEXT NOT NULL, system TEXT NOT NULL, order_key INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (id, system, order_key)) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_by_order ON aliases (order_key);
CREATE TABLE beats (
    system TEXT NOT NULL, host TEXT NOT NULL, start INTEGER NOT NULL, until INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (system, host, start)) STRICT, WITHOUT ROWID;
CREATE INDEX beats_by_end ON beats (until);
CREATE TABLE systems (name TEXT NOT NULL PRIMARY KEY, heard INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE removed (changed INTEGER PRIMARY KEY, id TEXT NOT NULL) STRICT;
)";

enum class Content { nothing, ours };

Result<Content> content_of(const SqliteDatabase& database) {
    const auto written = database.number("SELECT count(*) FROM sqlite_schema");
    const auto program = database.number("PRAGMA application_id");
    const auto version = database.number("PRAGMA user_version");
    for (const auto* number : {&written, &program, &version})
        if (!*number) return tl::make_unexpected(number->error());
    if (*written == 0 && *program == 0 && *version == 0) return Content::nothing;
    if (*program != application_id)
        return fail(database.file() + ": the database of another program; name another file or move this one away");
    if (*version != store_schema_version)
        return fail(database.file() + ": made by another version of ordertrace-board (schema " +
                    std::to_string(*version) + ", this one reads " + std::to_string(store_schema_version) +
                    "); run that version, or move the file away to begin anew");
    return Content::ours;
}

Result<void> make_tables(SqliteDatabase& database) {
    auto transaction = SqliteTransaction::begin(database);
    if (!transaction) return tl::make_unexpected(transaction.error());
    const auto sql = std::string{tables} + "PRAGMA application_id = " + std::to_string(application_id) +
                     "; PRAGMA user_version = " + std::to_string(store_schema_version);
    if (auto made = database.run(sql); !made) return made;
    return transaction->commit();
}

}  // namespace

Result<void> prepare_to_write(SqliteDatabase& database) {
    const auto content = content_of(database);
    if (!content) return tl::make_unexpected(content.error());
    // secure_delete would write zeros over what retention removes; the log is cut back after a burst has swollen it.
    auto set = database.run(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF; "
        "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");
    if (!set || *content == Content::ours) return set;
    return make_tables(database);
}

Result<void> prepare_to_read(SqliteDatabase& database) {
    const auto content = content_of(database);
    if (!content) return tl::make_unexpected(content.error());
    if (*content == Content::nothing)
        return fail(database.file() + ": holds no orders yet; the intake of ordertrace-board makes the tables");
    return {};
}

}  // namespace ordertrace
