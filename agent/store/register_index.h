// The register's index: the digest of every order, findable by what lists ask for. A file of its own, made anew at each
// start from the store's facts, so that nothing in it can disagree with them; it is gone when the program ends.
// IndexWriter belongs to the watcher's thread, IndexReader (a connection of its own) to the web's.
// Bounds: 8 MiB of cache a connection; on disk about 600 bytes an order, below $TMPDIR or /tmp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "orders/digest.h"
#include "store/sqlite_database.h"

namespace ordertrace {

class IndexWriter {
public:
    static Result<std::unique_ptr<IndexWriter>> make(const std::string& file);

    Result<void> begin();
    Result<void> commit();

    Result<std::optional<OrderDigest>> find(const std::string& order);
    // `review_at`: when the order must be judged again although nothing came.
    Result<void> put(const OrderDigest& digest, std::optional<TimePoint> review_at);
    Result<void> erase(const std::string& order);

    // Orders whose review is due, the longest due first.
    Result<std::vector<std::string>> due(TimePoint now, std::size_t limit);
    // Orders whose verdict beats of this system can change, after `after` in sequence of ids.
    Result<std::vector<std::string>> watching(const std::string& system, const std::string& after, std::size_t limit);

    Result<std::optional<TimePoint>> oldest_in_stage(const std::string& stage);
    Result<std::optional<TimePoint>> oldest_missing(const std::string& edge);

private:
    explicit IndexWriter(SqliteDatabase database);
    SqliteDatabase database_;
    std::optional<SqliteTransaction> transaction_;
    SqliteStatement find_, put_, erase_, add_watch_, erase_watches_, add_missing_, erase_missing_;
    SqliteStatement due_, watching_, oldest_in_stage_, oldest_missing_;
};

struct ListQuery {
    std::string stage{};                      // empty: all
    std::string edge{};                       // "mes>crm"; empty: all
    bool hand_offs_only = false;              // not_sent, in_transit, received_not_applied and their blind
    std::optional<TimePoint> since_before{};  // only what is so since then or longer
    std::size_t limit = 100;                  // at most 1,000
    std::string cursor{};                     // of the page before; empty: the first
};

struct DigestPage {
    std::vector<OrderDigest> digests;  // the longest over its limit first
    std::string next;                  // cursor; empty: this is the last
};

class IndexReader {
public:
    static Result<std::unique_ptr<IndexReader>> open(const std::string& file);
    // Stuck orders. A cursor nobody gave out is an error.
    Result<DigestPage> stuck(const ListQuery& query);

private:
    explicit IndexReader(SqliteDatabase database);
    SqliteDatabase database_;
    SqliteStatement stuck_;
};

}  // namespace ordertrace
