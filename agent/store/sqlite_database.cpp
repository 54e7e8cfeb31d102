#include "store/sqlite_database.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <sqlite3.h>

#include "base/unique_fd.h"

namespace ordertrace {
namespace {

// SQLite would make the file readable for all. Its companions (-wal, -shm) get the file's rights.
Result<void> ensure_file(const std::string& file) {
    const UniqueFd made{::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (made || errno == EEXIST) return {};
    const int error = errno;
    if (error == ENOENT) {
        const auto directory = std::filesystem::path{file}.parent_path().string();
        return fail(file + ": there is no directory " + directory + "; make it, writable for this user");
    }
    return fail(file + ": cannot make the file: " + std::strerror(error) + "; look at the rights of its directory");
}

}  // namespace

void SqliteDatabase::Close::operator()(sqlite3* connection) const { ::sqlite3_close_v2(connection); }

Result<SqliteDatabase> SqliteDatabase::open(const std::string& file, int flags) {
    sqlite3* connection = nullptr;
    const int opened = ::sqlite3_open_v2(file.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    SqliteDatabase database;
    database.connection_.reset(connection);
    if (opened != SQLITE_OK) return tl::make_unexpected(sqlite_trouble(connection, file));
    ::sqlite3_extended_result_codes(connection, 1);
    ::sqlite3_busy_timeout(connection, static_cast<int>(lock_timeout.count()));
    if (auto set = database.run("PRAGMA cache_size = -" + std::to_string(cache_kib)); !set)
        return tl::make_unexpected(set.error());
    return database;
}

Result<SqliteDatabase> SqliteDatabase::open_to_write(const std::string& file) {
    if (auto there = ensure_file(file); !there) return tl::make_unexpected(there.error());
    return open(file, SQLITE_OPEN_READWRITE);
}

Result<SqliteDatabase> SqliteDatabase::open_to_read(const std::string& file) {
    return open(file, SQLITE_OPEN_READONLY);
}

Result<void> SqliteDatabase::run(const std::string& sql) {
    if (::sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return tl::make_unexpected(sqlite_trouble(connection_.get()));
    return {};
}

Result<std::int64_t> SqliteDatabase::number(const char* sql) const {
    return statement(sql).number().map([](std::optional<std::int64_t> found) { return found.value_or(0); });
}

std::int64_t SqliteDatabase::changed_rows() const { return ::sqlite3_changes64(connection_.get()); }
std::int64_t SqliteDatabase::last_key() const { return ::sqlite3_last_insert_rowid(connection_.get()); }
bool SqliteDatabase::in_transaction() const { return ::sqlite3_get_autocommit(connection_.get()) == 0; }
std::string SqliteDatabase::file() const { return ::sqlite3_db_filename(connection_.get(), "main"); }

Result<SqliteTransaction> SqliteTransaction::begin(SqliteDatabase& database) {
    if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return tl::make_unexpected(begun.error());
    SqliteTransaction transaction;
    transaction.database_.reset(&database);
    return transaction;
}

Result<void> SqliteTransaction::commit() { return database_->run("COMMIT"); }

// After some errors SQLite has rolled back already.
void SqliteTransaction::RollBack::operator()(SqliteDatabase* database) const {
    if (database->in_transaction()) static_cast<void>(database->run("ROLLBACK"));
}

}  // namespace ordertrace
