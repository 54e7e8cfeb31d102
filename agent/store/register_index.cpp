#include "store/register_index.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace ordertrace {
namespace {

//   digests  key, id; what lists and reviews look for; body: the digest's bytes
//            worst: when the limit was over, in µs, of a stuck order, else NULL; hand_off: 1 for the verdicts of an
//            edge
//   watches  which systems' beats can change an order's verdict
//   missing  since when an order misses messages over an edge
// What is lost with the machine is made anew: nothing waits for the disk.
constexpr const char* tables = R"(
PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 4000;
PRAGMA journal_size_limit = 67108864;
CREATE TABLE digests (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stage TEXT NOT NULL, stage_since INTEGER NOT NULL,
    since INTEGER NOT NULL, worst INTEGER, hand_off INTEGER NOT NULL, edge TEXT NOT NULL, review INTEGER,
    body BLOB NOT NULL) STRICT;
CREATE INDEX digests_by_worst ON digests (worst, id) WHERE worst IS NOT NULL;
CREATE INDEX digests_by_review ON digests (review) WHERE review IS NOT NULL;
CREATE INDEX digests_by_stage ON digests (stage, stage_since);
CREATE TABLE watches (
    system TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (system, id)) STRICT, WITHOUT ROWID;
CREATE INDEX watches_by_order ON watches (id);
CREATE TABLE missing (
    edge TEXT NOT NULL, since INTEGER NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (edge, since, id)) STRICT, WITHOUT ROWID;
CREATE INDEX missing_by_order ON missing (id);
)";

constexpr std::size_t most_on_a_page = 1'000;
constexpr std::int64_t nothing = std::numeric_limits<std::int64_t>::max();  // NULL cannot be bound by SqliteStatement

bool is_hand_off(const Verdict& verdict) {
    const auto kind = verdict.kind == VerdictKind::blind ? verdict.blinded : verdict.kind;
    return kind == VerdictKind::not_sent || kind == VerdictKind::in_transit ||
           kind == VerdictKind::received_not_applied;
}

std::int64_t worst_of(const Verdict& verdict) {
    if (!verdict.stuck()) return nothing;
    return to_micros(verdict.deadline.value_or(verdict.since));
}

std::string edge_of(const Verdict& verdict) { return is_hand_off(verdict) ? verdict.from + ">" + verdict.to : ""; }

struct Place {
    std::int64_t worst = std::numeric_limits<std::int64_t>::min();
    std::string id;
};

std::string cursor_at(std::int64_t worst, const std::string& id) { return std::to_string(worst) + ":" + id; }

Result<Place> place_of(const std::string& cursor) {
    Place place;
    if (cursor.empty()) return place;
    const auto* const end = cursor.data() + cursor.size();
    const auto read = std::from_chars(cursor.data(), end, place.worst);
    if (read.ec != std::errc{} || read.ptr == end || *read.ptr != ':')
        return fail("cursor: not one of this list; begin without one");
    place.id.assign(read.ptr + 1, end);
    return place;
}

Result<std::vector<std::string>> texts(SqliteStatement& statement, auto... values) {
    std::vector<std::string> found;
    auto done = statement.each([&](const SqliteStatement& row) { found.emplace_back(row.text(0)); }, values...);
    if (!done) return tl::make_unexpected(done.error());
    return found;
}

Result<std::optional<TimePoint>> moment(SqliteStatement& statement, const std::string& name) {
    const auto found = statement.number(name);
    if (!found) return tl::make_unexpected(found.error());
    if (!*found) return std::nullopt;
    return from_micros(**found);
}

}  // namespace

IndexWriter::IndexWriter(SqliteDatabase database)
    : database_{std::move(database)},
      find_{database_.statement("SELECT body FROM digests WHERE id = ?1")},
      put_{database_.statement(
          "INSERT INTO digests (id, stage, stage_since, since, worst, hand_off, edge, review, body)"
          " VALUES (?1, ?2, ?3, ?4, nullif(?5, 9223372036854775807), ?6, ?7,"
          " nullif(?8, 9223372036854775807), ?9)"
          " ON CONFLICT (id) DO UPDATE SET stage = ?2, stage_since = ?3, since = ?4,"
          " worst = excluded.worst, hand_off = ?6, edge = ?7, review = excluded.review, body = ?9")},
      erase_{database_.statement("DELETE FROM digests WHERE id = ?1")},
      add_watch_{database_.statement("INSERT OR IGNORE INTO watches (system, id) VALUES (?1, ?2)")},
      erase_watches_{database_.statement("DELETE FROM watches WHERE id = ?1")},
      add_missing_{database_.statement("INSERT OR IGNORE INTO missing (edge, since, id) VALUES (?1, ?2, ?3)")},
      erase_missing_{database_.statement("DELETE FROM missing WHERE id = ?1")},
      due_{database_.statement("SELECT id FROM digests WHERE review IS NOT NULL AND review <= ?1"
                               " ORDER BY review LIMIT ?2")},
      watching_{database_.statement("SELECT id FROM watches WHERE system = ?1 AND id > ?2 ORDER BY id LIMIT ?3")},
      oldest_in_stage_{database_.statement("SELECT stage_since FROM digests WHERE stage = ?1"
                                           " ORDER BY stage_since LIMIT 1")},
      oldest_missing_{database_.statement("SELECT since FROM missing WHERE edge = ?1 ORDER BY since LIMIT 1")} {}

Result<std::unique_ptr<IndexWriter>> IndexWriter::make(const std::string& file) {
    auto database = SqliteDatabase::open_to_write(file);
    if (!database) return tl::make_unexpected(database.error());
    if (auto made = database->run(tables); !made) return tl::make_unexpected(made.error());
    return std::unique_ptr<IndexWriter>{new IndexWriter{std::move(*database)}};
}

Result<void> IndexWriter::begin() {
    auto transaction = SqliteTransaction::begin(database_);
    if (!transaction) return tl::make_unexpected(transaction.error());
    transaction_.emplace(std::move(*transaction));
    return {};
}

Result<void> IndexWriter::commit() {
    auto done = transaction_->commit();
    transaction_.reset();
    return done;
}

Result<std::optional<OrderDigest>> IndexWriter::find(const std::string& order) {
    std::optional<std::string> body;
    auto done = find_.each([&](const SqliteStatement& row) { body.emplace(row.bytes(0)); }, order);
    if (!done) return tl::make_unexpected(done.error());
    if (!body) return std::nullopt;
    auto digest = digest_from_bytes(*body);
    if (!digest) return tl::make_unexpected(digest.error());
    return std::move(*digest);
}

Result<void> IndexWriter::put(const OrderDigest& digest, std::optional<TimePoint> review_at) {
    const auto& verdict = digest.verdict;
    const auto body = to_bytes(digest);
    auto done = erase_watches_.run(digest.order);
    if (done) done = erase_missing_.run(digest.order);
    if (done)
        done = put_.run(digest.order, verdict.stage, to_micros(verdict.stage_since), to_micros(verdict.since),
                        worst_of(verdict), std::int64_t{is_hand_off(verdict)}, edge_of(verdict),
                        review_at ? to_micros(*review_at) : nothing, Blob{body});
    for (const auto& system : verdict.beats_of)
        if (done) done = add_watch_.run(system, digest.order);
    for (const auto& edge : digest.edges)
        if (done && edge.missing > 0) done = add_missing_.run(edge.edge, to_micros(edge.missing_since), digest.order);
    return done;
}

Result<void> IndexWriter::erase(const std::string& order) {
    auto done = erase_watches_.run(order);
    if (done) done = erase_missing_.run(order);
    if (done) done = erase_.run(order);
    return done;
}

Result<std::vector<std::string>> IndexWriter::due(TimePoint now, std::size_t limit) {
    return texts(due_, to_micros(now), static_cast<std::int64_t>(limit));
}

Result<std::vector<std::string>> IndexWriter::watching(const std::string& system, const std::string& after,
                                                       std::size_t limit) {
    return texts(watching_, system, after, static_cast<std::int64_t>(limit));
}

Result<std::optional<TimePoint>> IndexWriter::oldest_in_stage(const std::string& stage) {
    return moment(oldest_in_stage_, stage);
}

Result<std::optional<TimePoint>> IndexWriter::oldest_missing(const std::string& edge) {
    return moment(oldest_missing_, edge);
}

IndexReader::IndexReader(SqliteDatabase database)
    : database_{std::move(database)},
      stuck_{database_.statement("SELECT worst, body FROM digests WHERE worst IS NOT NULL AND (worst, id) > (?1, ?2)"
                                 " AND (?3 = '' OR stage = ?3) AND (?4 = '' OR edge = ?4) AND hand_off >= ?5"
                                 " AND since <= ?6 ORDER BY worst, id LIMIT ?7")} {}

Result<std::unique_ptr<IndexReader>> IndexReader::open(const std::string& file) {
    auto database = SqliteDatabase::open_to_read(file);
    if (!database) return tl::make_unexpected(database.error());
    return std::unique_ptr<IndexReader>{new IndexReader{std::move(*database)}};
}

Result<DigestPage> IndexReader::stuck(const ListQuery& query) {
    const auto from = place_of(query.cursor);
    if (!from) return tl::make_unexpected(from.error());
    const auto limit = std::clamp<std::size_t>(query.limit, 1, most_on_a_page);
    DigestPage page;
    std::int64_t last = 0;
    Result<void> sound;
    const auto take = [&](const SqliteStatement& row) {
        if (page.digests.size() == limit) {  // one more than asked for: there is another page
            page.next = cursor_at(last, page.digests.back().order);
            return;
        }
        auto digest = digest_from_bytes(row.bytes(1));
        if (!digest) {
            sound = tl::make_unexpected(digest.error());
            return;
        }
        last = row.integer(0);
        page.digests.push_back(std::move(*digest));
    };
    const auto before = query.since_before ? to_micros(*query.since_before) : nothing;
    auto done = stuck_.each(take, from->worst, from->id, query.stage, query.edge, std::int64_t{query.hand_offs_only},
                            before, static_cast<std::int64_t>(limit + 1));
    if (!done) return tl::make_unexpected(done.error());
    if (!sound) return tl::make_unexpected(sound.error());
    return page;
}

}  // namespace ordertrace
