// The tables of the embedded store, and what tells its file from any other. Called once by each opened connection.
//   orders   key, id, changed: its last place in the sequence of changes, which is the time in µs of the commit, made
//            unique and rising: so it is cursor and age at once
//   facts    by order and span id, so that an order's facts lie together; body: see fact_bytes.h
//   aliases  who claims an id in a system, since when
//   beats    by system, host and start; body: see fact_bytes.h
//   systems  when each was last heard of
//   removed  the orders that retention took, by their place in the sequence of changes
#pragma once

#include "store/sqlite_database.h"

namespace ordertrace {

inline constexpr std::int64_t store_schema_version = 1;

// Makes the tables in an empty file; refuses a file of another version or of another program.
// Commits are in the write-ahead log and on the disk when they return (synchronous = FULL): agents send again only what
// was not acknowledged, so a 202 must outlive a power loss. With thousands of spans a commit that costs little.
Result<void> prepare_to_write(SqliteDatabase& database);
// The tables must be there.
Result<void> prepare_to_read(SqliteDatabase& database);

}  // namespace ordertrace
