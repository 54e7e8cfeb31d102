-- A row for every committed change of an order's status, until an agent has it. Run once in each database, as a
-- superuser; `drop schema ordertrace cascade` takes all of it away again, triggers included.
--
--   psql -v ON_ERROR_STOP=1 -f outbox.sql shop
--   psql -c "select ordertrace.watch('mes.orders', 'id', 'status')" shop

begin;

-- Owns all of it and may do nothing else: what runs with its rights can touch the outbox alone.
do $$ begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'ordertrace_outbox') then
        create role ordertrace_outbox nologin;
    end if;
    if not exists (select from pg_catalog.pg_roles where rolname = 'ordertrace_sender') then
        create role ordertrace_sender login connection limit 10;
    end if;
end $$;
alter role ordertrace_sender set statement_timeout = '10s';
alter role ordertrace_sender set idle_in_transaction_session_timeout = '60s';

create schema ordertrace authorization ordertrace_outbox;
set local role ordertrace_outbox;

create table ordertrace.outbox (
    id bigint generated always as identity primary key,
    order_id text not null,
    status text not null,
    changed_at timestamptz not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Runs with its owner's rights: whoever may change an order needs none on the outbox. Whatever goes wrong here is a
-- warning, for the order is more important than its trace.
-- A row is bounded. The agent takes 128 bytes of a status. An id is cut only where its line is over the agent's 8 KiB,
-- which refuses it whatever `order:` says: trimmed or matched by a pattern, a shorter one could be another order's.
create function ordertrace.report() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    order_id text;
    status text;
begin
    execute format('select ($1).%I::text, ($1).%I::text', tg_argv[0], tg_argv[1]) into order_id, status using new;
    if order_id is not null and status is not null then
        insert into ordertrace.outbox (order_id, status, changed_at)
            values (left(order_id, 9000), left(status, 200), clock_timestamp());
    end if;
    return null;
exception when others then
    raise warning 'ordertrace: the change of an order in %.% is not reported: %', tg_table_schema, tg_table_name, sqlerrm;
    return null;
end $$;

-- A value as the protocol has it: no text of an order can begin a key or a line of its own.
create function ordertrace.quoted(value text) returns text
language sql immutable strict set search_path = pg_catalog, pg_temp as $$
    select '"' || replace(replace(replace(replace(value, '\', '\\'), '"', '\"'), E'\n', '\n'), E'\r', '\r') || '"'
$$;

-- Takes at most so many of the oldest rows out of the outbox, as lines, and at most 500,000 bytes of them, or one: the
-- agent reads 1 MiB at once. They are gone when the transaction commits and there again when it does not; another
-- sender takes others meanwhile.
create function ordertrace.take(most integer) returns setof text
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with oldest as (
        select * from ordertrace.outbox order by id limit most for update skip locked
    ), lines as (
        select id, format('ord1 status %s st=%s t=%s', ordertrace.quoted(order_id), ordertrace.quoted(status),
                          trunc(extract(epoch from changed_at) * 1000000)) as line
        from oldest
    ), fitting as (
        select id, line, row_number() over so_far = 1 or sum(octet_length(line) + 1) over so_far <= 500000 as fits
        from lines window so_far as (order by id)
    ), taken as (
        delete from ordertrace.outbox where id = any (array(select id from fitting where fits)) returning id
    )
    select line from fitting join taken using (id) order by id
$$;

reset role;

-- Reports the changes of a table from now on. For a superuser: but for him and the sender nobody may use this schema.
-- The values are compared by their texts, for some types (json) know no equality.
create function ordertrace.watch(orders regclass, order_column name, status_column name) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format('create trigger ordertrace_new after insert on %s for each row '
                   'execute function ordertrace.report(%L, %L)', orders, order_column, status_column);
    execute format('create trigger ordertrace_changed after update on %1$s for each row '
                   'when (old.%3$I::text is distinct from new.%3$I::text '
                   'or old.%2$I::text is distinct from new.%2$I::text) '
                   'execute function ordertrace.report(%2$L, %3$L)', orders, order_column, status_column);
end $$;

create function ordertrace.unwatch(orders regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format('drop trigger ordertrace_new on %s', orders);
    execute format('drop trigger ordertrace_changed on %s', orders);
end $$;

revoke all on schema ordertrace from public;
revoke all on all tables in schema ordertrace from public;
revoke all on all functions in schema ordertrace from public;
grant usage on schema ordertrace to ordertrace_sender;
grant execute on function ordertrace.take(integer) to ordertrace_sender;

commit;
