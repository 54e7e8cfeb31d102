// What the tests of the embedded store share: a file of its own, its writer and readers, and questions to the file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "store/sqlite_store.h"
#include "store/sqlite_writer.h"
#include "support/temporary_directory.h"
#include "unit/store/store_suite.h"

namespace ordertrace::test {

template <class T>
T taken(Result<T> result) {
    if (!result) FAIL(result.error().message);
    return std::move(*result);
}

class StoreFile {
public:
    explicit StoreFile(const StoreLimits& limits = {}) : writer{taken(SqliteWriter::open(file, limits))} {}

    std::unique_ptr<SqliteStore> reader() const { return taken(SqliteStore::open(file)); }
    void write(const std::vector<OrderFact>& facts, TimePoint now = suite_begin) const {
        const auto written = writer->write({.facts = facts, .beats = {}}, now);
        if (!written) FAIL(written.error().message);
    }
    void reopen(const StoreLimits& limits) {
        writer.reset();
        writer = taken(SqliteWriter::open(file, limits));
    }

    TemporaryDirectory directory;
    const std::string file = directory.path("orders.db");
    std::unique_ptr<SqliteWriter> writer;
};

// What SQLite's own check says of the file: "ok" if it is whole.
std::string integrity_of(const std::string& file);

// Ids of the order's facts, sorted.
std::vector<std::uint64_t> fact_ids(SqliteStore& store, const std::string& order);

// All orders with facts, or all that were removed, sorted.
std::vector<std::string> all_orders(SqliteStore& store);
std::vector<std::string> all_removed(SqliteStore& store);

// `count` orders named PREFIX0 …, each of one fact with a note of `size` bytes.
std::vector<OrderFact> orders_of(const std::string& prefix, std::size_t count, std::size_t size = 0);

}  // namespace ordertrace::test
