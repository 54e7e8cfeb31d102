-- Reports an order's steps from PostgreSQL. Run what stands above the demo once in the database; its transactions then
-- call ordertrace(). A database should not send by itself: what it sent could not be rolled back, and sending takes the
-- rights of a superuser or an untrusted language. So the line is a row, which a commit makes visible and a rollback
-- takes away, and a program beside the database takes the rows out and sends them, every second or so:
--
--   psql -qAtX -c 'SELECT ordertrace_take()' | ordertrace pipe --to http://127.0.0.1:4749
--
-- With no agent there nothing fails: pipe waits for one. But the rows are gone from the table by then; what pipe holds
-- when it is killed is lost. Where that may not be, post and then commit, as ordertrace-outbox.sh does it in
-- deploy/adapters/postgresql-inside. A step whose transaction is rolled back must be reported by its client.
CREATE TABLE ordertrace_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line text NOT NULL);

-- SELECT ordertrace('end', '10042', '{"step": "push_to_crm", "res": "fail"}', 'price service timeout')
-- Attributes stand under "a". Who may call it needs INSERT on the table.
CREATE FUNCTION ordertrace(verb text, ord text, keys jsonb DEFAULT '{}', note text DEFAULT NULL) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO ordertrace_outbox (line) SELECT jsonb_strip_nulls(
        jsonb_build_object('t', clock_timestamp()) || coalesce(keys, '{}')
        || jsonb_build_object('v', 1, 'ev', verb, 'order', ord, 'note', left(note, 2000)))::text
$$;

-- The committed lines, oldest first; taken once. Who sends needs SELECT and DELETE on the table.
CREATE FUNCTION ordertrace_take() RETURNS SETOF text LANGUAGE sql AS $$
    WITH taken AS (DELETE FROM ordertrace_outbox RETURNING id, line) SELECT line FROM taken ORDER BY id
$$;

-- demo

CREATE FUNCTION pg_temp.timed(verb text, ord text, keys jsonb DEFAULT '{}', note text DEFAULT NULL) RETURNS numeric
LANGUAGE plpgsql AS $$
DECLARE
    began_at CONSTANT timestamptz := clock_timestamp();
BEGIN
    PERFORM ordertrace(verb, ord, keys, note);
    RETURN 1000 * extract(epoch FROM clock_timestamp() - began_at);
END
$$;

CREATE TEMPORARY TABLE took (ms numeric);
INSERT INTO took SELECT pg_temp.timed('start', 'ЗК-77', '{"step": "calc_price", "id": "op-7"}');
INSERT INTO took SELECT pg_temp.timed('end', 'ЗК-77', jsonb_build_object(
    'step', 'calc_price', 'id', 'op-7', 'a', jsonb_build_object('material', 'дуб "A" C:\new')));
INSERT INTO took SELECT pg_temp.timed('span', '10042', jsonb_build_object(
    'step', 'push to crm', 'ms', 250, 'try', 3, 'of', 3, 'res', 'fail', 'err', E'said "no"\nC:\\temp'),
    E'on the way\nord1 status 10043 st=STOLEN');
INSERT INTO took SELECT pg_temp.timed('status', 'ЗК-77', '{"st": "РАСПИЛ"}', 'принято "как есть"');
INSERT INTO took SELECT pg_temp.timed('note', 'ЗК-77', note => repeat('слово ', 10000));
BEGIN;
SELECT ordertrace('status', '10043', '{"st": "ROLLED_BACK"}') \gset
ROLLBACK;
SELECT format('slowest call: %s ms', round(max(ms), 3)) FROM took;
