// `ordertrace-board migrate`: makes the register's tables in ClickHouse, or with --remove takes them away. Owned by
// main; the lines go to stdout, the trouble to stderr.
#pragma once

#include <string>

namespace ordertrace {

// The exit code: 0, 69 if ClickHouse did not do it, 78 for a configuration that is bad or names another store.
int migrate_board(const std::string& config_file, bool remove);

}  // namespace ordertrace
