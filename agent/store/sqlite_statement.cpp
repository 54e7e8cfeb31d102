#include "store/sqlite_statement.h"

#include <cstring>

#include <sqlite3.h>

namespace ordertrace {
namespace {

// An empty view has no address, which SQLite would take for NULL.
const char* address_of(std::string_view bytes) { return bytes.data() != nullptr ? bytes.data() : ""; }

std::string system_reason(sqlite3* connection) {
    const int error = ::sqlite3_system_errno(connection);
    return error != 0 ? std::strerror(error) : ::sqlite3_errmsg(connection);
}

std::string reason_of(sqlite3* connection) {
    switch (::sqlite3_errcode(connection) & 0xFF) {
        case SQLITE_FULL: return "no space left on the disk; nothing is taken until there is room";
        case SQLITE_BUSY: return "another program keeps it locked; end that program";
        case SQLITE_NOTADB: return "this is no SQLite database; name another file or move this one away";
        case SQLITE_CORRUPT:
            return "the database is damaged; stop the board, save what \"sqlite3 FILE .recover\" finds, and move the "
                   "file away";
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR:
        case SQLITE_PERM:
        case SQLITE_READONLY:
            return system_reason(connection) + "; look at the disk and at the rights of the file and its directory";
        default: return ::sqlite3_errmsg(connection);
    }
}

}  // namespace

Error sqlite_trouble(sqlite3* connection, std::string_view file) {
    if (connection == nullptr) return {std::string{file} + ": out of memory"};
    if (file.empty()) file = ::sqlite3_db_filename(connection, "main");
    return {std::string{file} + ": " + reason_of(connection)};
}

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const { ::sqlite3_finalize(statement); }

Result<void> SqliteStatement::prepare() {
    if (statement_) return {};
    sqlite3_stmt* made = nullptr;
    if (::sqlite3_prepare_v3(connection_, sql_, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK)
        return tl::make_unexpected(sqlite_trouble(connection_));
    statement_.reset(made);
    return {};
}

void SqliteStatement::bind(int place, std::int64_t value) { ::sqlite3_bind_int64(statement_.get(), place, value); }

void SqliteStatement::bind(int place, std::string_view text) {
    ::sqlite3_bind_text(statement_.get(), place, address_of(text), static_cast<int>(text.size()), SQLITE_STATIC);
}

void SqliteStatement::bind(int place, Blob blob) {
    ::sqlite3_bind_blob(statement_.get(), place, address_of(blob.bytes), static_cast<int>(blob.bytes.size()),
                        SQLITE_STATIC);
}

Result<bool> SqliteStatement::step() {
    const int outcome = ::sqlite3_step(statement_.get());
    if (outcome == SQLITE_ROW) return true;
    if (outcome == SQLITE_DONE) {
        ::sqlite3_reset(statement_.get());
        return false;
    }
    auto error = sqlite_trouble(connection_);
    ::sqlite3_reset(statement_.get());
    return tl::make_unexpected(std::move(error));
}

std::int64_t SqliteStatement::integer(int column) const { return ::sqlite3_column_int64(statement_.get(), column); }

std::string_view SqliteStatement::text(int column) const {
    const auto* text = ::sqlite3_column_text(statement_.get(), column);
    const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(statement_.get(), column));
    return text != nullptr ? std::string_view{reinterpret_cast<const char*>(text), size} : std::string_view{};
}

std::string_view SqliteStatement::bytes(int column) const {
    const auto* bytes = ::sqlite3_column_blob(statement_.get(), column);
    const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(statement_.get(), column));
    return bytes != nullptr ? std::string_view{static_cast<const char*>(bytes), size} : std::string_view{};
}

}  // namespace ordertrace
