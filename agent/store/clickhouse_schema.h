// The register's tables and views beside Jaeger's `spans` in ClickHouse (proto/clickhouse.md says why they are so).
// Constant text; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ordertrace {

inline constexpr std::uint64_t clickhouse_schema_version = 1;

struct ClickhouseSchema {
    // In the order in which they must run: a view whose target is missing turns every write of Jaeger into an error.
    std::vector<std::string> create;
    std::vector<std::string> remove;
    // What came before the views were there; each takes one day of `spans`, the parameter `day`.
    std::vector<std::string> fill;
};

const ClickhouseSchema& clickhouse_schema();

}  // namespace ordertrace
