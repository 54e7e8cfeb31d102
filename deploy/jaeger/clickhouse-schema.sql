-- Run before Jaeger's first start, by a user who may create databases. Jaeger makes its other tables itself.
--   clickhouse-client --multiquery < clickhouse-schema.sql
CREATE DATABASE IF NOT EXISTS jaeger;
CREATE DATABASE IF NOT EXISTS jaeger_archive;

-- Jaeger sorts this table by service and kind alone, and the engine keeps one row of what sorts equally: of all steps
-- of a system the search form would know one. With the name in the sorting key the list of steps stays whole.
CREATE TABLE IF NOT EXISTS jaeger.operations (
    service_name String,
    name String,
    span_kind String
) ENGINE = AggregatingMergeTree ORDER BY (service_name, span_kind, name);

CREATE TABLE IF NOT EXISTS jaeger_archive.operations (
    service_name String,
    name String,
    span_kind String
) ENGINE = AggregatingMergeTree ORDER BY (service_name, span_kind, name);
