// Facts and beats out of rows of ClickHouse. Pure; any thread.
#pragma once

#include "orders/fact.h"
#include "orders/system_life.h"
#include "store/clickhouse_values.h"

namespace ordertrace {

// The columns that read_fact and read_beat want, in their order.
inline constexpr const char* fact_columns =
    "id, parent, record, result, start, duration, system, name, status, edge, message, via, step_id, instance, alias, "
    "note, attempt, attempt_max, given_up";
inline constexpr const char* beat_columns =
    "host, start, until, seen_at, received, lost, missing, "
    "dropped[indexOf(dropped_to, {destination:String})] AS dropped_here, rejected, system_beats, restarted";

Fact read_fact(RowReader& row);
Beat read_beat(RowReader& row);

}  // namespace ordertrace
