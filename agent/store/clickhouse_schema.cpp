#include "store/clickhouse_schema.h"

namespace ordertrace {
namespace {

// A DateTime ends in 2106: what starts later is kept as if it started in 2096.
constexpr const char* order_fact = R"(CREATE TABLE IF NOT EXISTS order_fact (
    ns LowCardinality(String), order_id String, id UInt64, parent UInt64,
    record LowCardinality(String), result LowCardinality(String), start Int64, duration Int64,
    system LowCardinality(String), name String, status LowCardinality(String), edge LowCardinality(String),
    message String, via LowCardinality(String), step_id String, instance LowCardinality(String), alias String,
    note String, attempt UInt32, attempt_max UInt32, given_up UInt8, digest UInt64
) ENGINE = ReplacingMergeTree ORDER BY (ns, order_id, start, id, digest)
TTL toDateTime(least(intDiv(start, 1000000), 4000000000)) + INTERVAL 400 DAY DELETE)";

constexpr const char* order_change = R"(CREATE TABLE IF NOT EXISTS order_change (
    ns LowCardinality(String), order_id String, at Int64
) ENGINE = MergeTree ORDER BY (ns, at, order_id)
TTL toDateTime(least(intDiv(at, 1000000), 4000000000)) + INTERVAL 2 DAY DELETE)";

constexpr const char* order_alias = R"(CREATE TABLE IF NOT EXISTS order_alias (
    ns LowCardinality(String), id String, system String, order_id String, at SimpleAggregateFunction(min, Int64)
) ENGINE = AggregatingMergeTree ORDER BY (ns, id, system, order_id)
TTL toDateTime(least(intDiv(at, 1000000), 4000000000)) + INTERVAL 400 DAY DELETE)";

constexpr const char* agent_beat = R"(CREATE TABLE IF NOT EXISTS agent_beat (
    system LowCardinality(String), host LowCardinality(String), start Int64, until Int64, seen_at Int64,
    received Int64, lost Int64, missing Int64, dropped_to Array(String), dropped Array(Int64), rejected Int64,
    system_beats Int64, restarted String, INDEX by_until until TYPE minmax
) ENGINE = ReplacingMergeTree ORDER BY (system, start, host, until)
TTL toDateTime(least(intDiv(until, 1000000), 4000000000)) + INTERVAL 90 DAY DELETE)";

constexpr const char* system_heard = R"(CREATE TABLE IF NOT EXISTS system_heard (
    ns LowCardinality(String), system String, at SimpleAggregateFunction(max, Int64)
) ENGINE = AggregatingMergeTree ORDER BY (ns, system))";

constexpr const char* version = R"(CREATE TABLE IF NOT EXISTS register_version (
    version UInt32, made_at DateTime DEFAULT now()
) ENGINE = MergeTree ORDER BY version)";

constexpr const char* order_change_view =
    R"(CREATE MATERIALIZED VIEW IF NOT EXISTS order_change_mv TO order_change AS
SELECT ns, order_id, toUnixTimestamp64Micro(now64(6)) AS at FROM order_fact GROUP BY ns, order_id)";

constexpr const char* order_alias_view = R"(CREATE MATERIALIZED VIEW IF NOT EXISTS order_alias_mv TO order_alias AS
SELECT ns, substring(alias, position(alias, ':') + 1) AS id, substring(alias, 1, position(alias, ':') - 1) AS system,
    order_id, min(start) AS at
FROM order_fact WHERE record = 'alias' AND position(alias, ':') > 1 AND position(alias, ':') < length(alias)
GROUP BY ns, id, system, order_id)";

constexpr const char* system_heard_view =
    R"(CREATE MATERIALIZED VIEW IF NOT EXISTS system_heard_mv TO system_heard AS
SELECT ns, system, max(if(record = 'step', start + duration, start)) AS at
FROM order_fact WHERE record != 'overdue' GROUP BY ns, system)";

std::string readable(const std::string& expression, int limit) {
    return "toValidUTF8(left(replaceAll(" + expression + ", char(0), '\uFFFD'), " + std::to_string(limit) + "))";
}

std::string tag(const std::string& key) { return "str_attributes.value[indexOf(str_attributes.key, '" + key + "')]"; }

std::string text(const std::string& key, int limit = 128) { return readable(tag(key), limit); }

std::string number(const std::string& key) {
    return "greatest(int_attributes.value[indexOf(int_attributes.key, '" + key + "')], 0)";
}

std::string count(const std::string& key) { return "toUInt32(least(" + number(key) + ", 4294967295))"; }

std::string hex(const std::string& expression) { return "reinterpretAsUInt64(reverse(unhex(" + expression + ")))"; }

// Times as the embedded store bounds them: from 1970 to the year 9999, in whole microseconds.
constexpr const char* start = "greatest(toUnixTimestamp64Micro(start_time), 0)";
constexpr const char* duration = "least(greatest(intDiv(duration, 1000), 0), 253402300799999999)";

// A parent that comes from a reference (`received` under `sent`) is no parent of ours: the span keeps it as a link.
// The first log's message stands in for a missing description. Nothing here can throw.
std::string facts() {
    return "SELECT *, sipHash64(parent, record, result, duration, system, name, status, edge, message, via, step_id, "
           "instance, alias, note, attempt, attempt_max, given_up) AS digest FROM (SELECT " +
           text("order.namespace") + " AS ns, " + readable(tag("order.id"), 384) + " AS order_id, " + hex("s.id") +
           " AS id, if(empty(links.trace_id), " + hex("parent_span_id") + ", toUInt64(0)) AS parent, " +
           text("order.record") + " AS record, " + text("order.result") + " AS result, " + start + " AS start, " +
           "least(greatest(intDiv(s.duration, 1000), 0), 253402300799999999) AS duration, " +
           readable("service_name", 128) + " AS system, " + readable("s.name", 160) + " AS name, " +
           "if(record IN ('sent', 'received'), " + text("order.edge.status") + ", " + text("order.status") +
           ") AS status, " + text("order.edge", 257) + " AS edge, " + text("messaging.message.id") + " AS message, " +
           text("messaging.destination.name") + " AS via, " + text("step.id") + " AS step_id, " +
           text("service.instance.id") + " AS instance, " + text("order.alias") + " AS alias, " +
           readable("multiIf(notEmpty(status_message), status_message, notEmpty(" + tag("otel.status_description") +
                        "), " + tag("otel.status_description") +
                        ", arrayFirst(t -> t.1 = 'message', events.str_attributes[1]).2)",
                    4096) +
           " AS note, " + count("attempt") + " AS attempt, " + count("attempt.max") + " AS attempt_max, " +
           "toUInt8(record = 'abandoned' AND " + tag("abandoned.reason") + " = 'limit') AS given_up " +
           "FROM spans AS s WHERE has(str_attributes.key, 'order.id') AND " + tag("order.record") +
           " != 'beat' AND length(" + tag("order.id") + ") BETWEEN 1 AND 128";
}

// Without the probes of agents, which last 1 µs.
std::string beats() {
    const std::string to = "'agent.dropped.'";
    return "SELECT " + readable("service_name", 128) + " AS system, " +
           readable("resource_str_attributes.value[indexOf(resource_str_attributes.key, 'host.name')]", 128) +
           " AS host, " + start + " AS start, start + " + duration + " AS until, " + number("system.seen_at") +
           " AS seen_at, " + number("agent.received") + " AS received, " + number("agent.lost") + " AS lost, " +
           number("agent.missing") + " AS missing, " + "arrayFilter(k -> startsWith(k, " + to +
           "), int_attributes.key) AS dropped_to, " + "arrayFilter((v, k) -> startsWith(k, " + to +
           "), int_attributes.value, int_attributes.key) AS dropped, " + number("agent.rejected") + " AS rejected, " +
           number("system.beats") + " AS system_beats, " + text("system.restarted", 4096) +
           " AS restarted FROM spans WHERE duration >= 2000 AND has(str_attributes.key, 'order.record') AND " +
           tag("order.record") + " = 'beat'";
}

ClickhouseSchema make_schema() {
    ClickhouseSchema schema;
    const std::string view = "CREATE MATERIALIZED VIEW IF NOT EXISTS ";
    schema.create = {order_fact,
                     order_change,
                     order_alias,
                     agent_beat,
                     system_heard,
                     version,
                     order_change_view,
                     order_alias_view,
                     system_heard_view,
                     view + "order_fact_mv TO order_fact AS " + facts() + ")",
                     view + "agent_beat_mv TO agent_beat AS " + beats()};
    for (const auto* one : {"order_fact_mv", "agent_beat_mv", "order_change_mv", "order_alias_mv", "system_heard_mv"})
        schema.remove.push_back(std::string{"DROP VIEW IF EXISTS "} + one);
    for (const auto* one :
         {"order_fact", "order_change", "order_alias", "agent_beat", "system_heard", "register_version"})
        schema.remove.push_back(std::string{"DROP TABLE IF EXISTS "} + one);
    const std::string on_day = " AND toDate(start_time) = {day:Date}";
    const std::string columns =
        "ns, order_id, id, parent, record, result, start, duration, system, name, status, edge, message, via, "
        "step_id, instance, alias, note, attempt, attempt_max, given_up, digest";
    schema.fill = {
        "INSERT INTO order_fact (" + columns + ") SELECT " + columns + " FROM (" + facts() + on_day + "))",
        "INSERT INTO agent_beat (system, host, start, until, seen_at, received, lost, missing, dropped_to, dropped, "
        "rejected, system_beats, restarted) " +
            beats() + on_day};
    return schema;
}

}  // namespace

const ClickhouseSchema& clickhouse_schema() {
    static const auto schema = make_schema();
    return schema;
}

}  // namespace ordertrace
