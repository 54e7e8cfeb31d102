// Makes and removes the register's tables and views in ClickHouse. Both may be run again at any time, also after one
// that was cut short, while Jaeger writes. One thread; blocks at most ten minutes a statement.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "settings/board_settings.h"

namespace ordertrace {

// Told what has been done, a line each.
using SayProgress = std::function<void(const std::string&)>;

// Tables, then views, then what Jaeger wrote before, day by day. Wants Jaeger's table `spans`.
Result<void> migrate_clickhouse(const ClickhouseSettings& settings, const SayProgress& say);

// Views, then tables. Jaeger's own are left as they are.
Result<void> remove_from_clickhouse(const ClickhouseSettings& settings, const SayProgress& say);

}  // namespace ordertrace
