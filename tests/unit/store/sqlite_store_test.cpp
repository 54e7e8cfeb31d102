#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "unit/store/sqlite_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

std::string trouble_of_writer(const std::string& file) {
    const auto opened = SqliteWriter::open(file, {});
    return opened ? "" : opened.error().message;
}

std::string trouble_of_reader(const std::string& file) {
    const auto opened = SqliteStore::open(file);
    return opened ? "" : opened.error().message;
}

void run_sql(const std::string& file, const std::string& sql) {
    REQUIRE(taken(SqliteDatabase::open_to_write(file)).run(sql));
}

}  // namespace

TEST_CASE("the SQLite store does what every store must do") {
    for (const auto& one : store_cases()) {
        CAPTURE(one.name);
        const StoreFile store;
        const auto reader = store.reader();
        one.run(*reader, [&](const FactBatch& batch) { REQUIRE(store.writer->write(batch, suite_begin)); });
    }
}

TEST_CASE("the SQLite store does the same when it is opened anew for every question") {
    StoreFile store;
    store.write({{"A", status_fact(1, "crm", "CREATED", suite_begin)}});
    store.reopen({});
    store.write({{"A", status_fact(2, "crm", "CREATED", suite_begin)}}, suite_begin - std::chrono::hours{1});
    CHECK(fact_ids(*store.reader(), "A") == std::vector<std::uint64_t>{1, 2});
    CHECK(store.writer->counters().facts_written == 1);
    CHECK(integrity_of(store.file) == "ok");
}

TEST_CASE("changes go forward although the clock goes back") {
    const StoreFile store;
    const auto reader = store.reader();
    ChangeCursor since;
    for (const auto offset : {0, 10, -1'000'000, 5, 5}) {
        store.write(orders_of("A" + std::to_string(since.value) + "-", 3), suite_begin + Duration{offset});
        const auto changed = taken(reader->changes(since, 100));
        CHECK(changed.orders.size() == 3);
        CHECK(changed.next > since);
        since = changed.next;
    }
}

TEST_CASE("the file is this user's alone") {
    const StoreFile store;
    store.write({{"A", status_fact(1, "crm", "CREATED", suite_begin)}});
    for (const auto* companion : {"", "-wal", "-shm"}) {
        CAPTURE(companion);
        struct stat found{};
        REQUIRE(::stat((store.file + companion).c_str(), &found) == 0);
        CHECK((found.st_mode & 0777U) == 0600U);
    }
}

TEST_CASE("a file that is none of the store's is refused and left as it was") {
    const TemporaryDirectory directory;
    const auto file = directory.path("orders.db");
    struct Row {
        std::string sql, want;
    };
    const auto row = GENERATE(values<Row>(
        {{"PRAGMA user_version = 3; PRAGMA application_id = 1869767729; CREATE TABLE orders (a)",
          ": made by another version of ordertrace-board (schema 3, this one reads 1); run that version, or move the "
          "file away to begin anew"},
         {"CREATE TABLE t (a)", ": the database of another program; name another file or move this one away"},
         {"PRAGMA user_version = 1", ": the database of another program; name another file or move this one away"}}));
    run_sql(file, row.sql);
    CHECK(trouble_of_writer(file) == file + row.want);
    CHECK(trouble_of_reader(file) == file + row.want);
}

TEST_CASE("a file that is no database is refused") {
    const TemporaryDirectory directory;
    const auto file = directory.write("orders.db", std::string(10'000, 'x'));
    const auto want = file + ": this is no SQLite database; name another file or move this one away";
    CHECK(trouble_of_writer(file) == want);
    CHECK(trouble_of_reader(file) == want);
}

TEST_CASE("what is not there is said") {
    const TemporaryDirectory directory;
    const auto lost = directory.path("nowhere") + "/orders.db";
    CHECK(trouble_of_writer(lost) ==
          lost + ": there is no directory " + directory.path("nowhere") + "; make it, writable for this user");
    const auto file = directory.path("orders.db");
    CHECK(trouble_of_reader(file) ==
          file + ": No such file or directory; look at the disk and at the rights of the file and its directory");
    const auto empty = directory.write("empty.db", "");
    CHECK(trouble_of_reader(empty) == empty + ": holds no orders yet; the intake of ordertrace-board makes the tables");
    CHECK(trouble_of_writer(directory.path()) ==
          directory.path() + ": Is a directory; look at the disk and at the rights of the file and its directory");
}

TEST_CASE("an order whose facts are damaged is said") {
    const StoreFile store;
    store.write({{"A", status_fact(1, "crm", "CREATED", suite_begin)}});
    run_sql(store.file, "UPDATE facts SET body = substr(body, 1, length(body) - 1)");
    const auto found = store.reader()->facts_of({"A"}, 10);
    REQUIRE_FALSE(found);
    CHECK(found.error().message == store.file + ": facts of order A are damaged; move the file away");
}

TEST_CASE("a reader sees whole batches while they are written") {
    const StoreFile store;
    std::atomic<bool> ended = false;
    std::atomic<int> odd = 0;
    std::thread reading{[&] {
        const auto reader = SqliteStore::open(store.file);
        while (reader && !ended) {
            const auto facts = (*reader)->facts_of({"A"}, 10'000);
            if (!facts || facts->front().size() % 2 != 0) ++odd;
        }
    }};
    for (std::uint64_t i = 0; i < 200; ++i)
        store.write({{"A", status_fact(2 * i, "crm", "CREATED", suite_begin)},
                     {"A", status_fact(2 * i + 1, "crm", "CREATED", suite_begin)}});
    ended = true;
    reading.join();
    CHECK(odd == 0);
    CHECK(fact_ids(*store.reader(), "A").size() == 400);
}
