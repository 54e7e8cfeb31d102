-- Erases one order from ClickHouse: from Jaeger's tables, its archive, and the register's own.
--   clickhouse-client --multiquery --param_namespace=shop --param_order=10042 \
--       --param_trace="$(ordertrace id 10042 --namespace shop | head -n 1)" < clickhouse-erase-order.sql
-- First see that no agent has spans of it pending. Each statement returns when its work is done.
SET mutations_sync = 2;
ALTER TABLE jaeger.spans DELETE WHERE trace_id = {trace:String};
ALTER TABLE jaeger.trace_id_timestamps DELETE WHERE trace_id = {trace:String};
ALTER TABLE jaeger.operations DELETE WHERE service_name = 'order' AND name = concat('order ', {order:String});
ALTER TABLE jaeger.operations DELETE WHERE name IN (SELECT concat('alias ', system, ':', id) FROM jaeger.order_alias
    WHERE ns = {namespace:String} AND order_id = {order:String});
ALTER TABLE jaeger_archive.spans DELETE WHERE trace_id = {trace:String};
ALTER TABLE jaeger_archive.trace_id_timestamps DELETE WHERE trace_id = {trace:String};
ALTER TABLE jaeger_archive.operations DELETE WHERE service_name = 'order' AND name = concat('order ', {order:String});
ALTER TABLE jaeger_archive.operations DELETE WHERE name IN (SELECT concat('alias ', system, ':', id)
    FROM jaeger.order_alias WHERE ns = {namespace:String} AND order_id = {order:String});
ALTER TABLE jaeger.order_fact DELETE WHERE ns = {namespace:String} AND order_id = {order:String};
ALTER TABLE jaeger.order_change DELETE WHERE ns = {namespace:String} AND order_id = {order:String};
ALTER TABLE jaeger.order_alias DELETE WHERE ns = {namespace:String} AND order_id = {order:String};
