"""The outbox inside a real PostgreSQL and its sender: a committed change of a status is one line, a rolled-back one is
none, and a row goes only when an agent has its line. Both files are those that ship."""

import os
import re
import signal
import threading

import pytest

from event_door import EventDoor
from harness import SOURCE, Agent, free_port, run, start_process, wait_for
from ids import span_id, time_mark, trace_id
from postgres import Postgres

SHIPPED = SOURCE / "deploy/adapters/postgresql-inside"
SCHEMA = """
create role mes login;
create schema mes authorization mes;
set role mes;
create type mes.state as enum ('CREATED', 'PRICE_CALCULATED', 'SHIPPED');
create table mes.orders (id bigint primary key, status mes.state, note text);
create table mes.texts (code text, "The Status" text);
create table mes.documents (id uuid, said json);
"""


def prepare(database):
    database.sql(SCHEMA)
    database.sql((SHIPPED / "outbox.sql").read_text())
    database.sql("select ordertrace.watch('mes.orders', 'id', 'status'); "
                 "select ordertrace.watch('mes.texts', 'code', 'The Status'); "
                 "select ordertrace.watch('mes.documents', 'id', 'said')")


@pytest.fixture(scope="module")
def database():
    with Postgres() as running:
        prepare(running)
        yield running


@pytest.fixture
def mes(database):
    """Of the service itself, which knows nothing of an outbox; its tables and the outbox are empty."""
    database.sql("truncate mes.orders, mes.texts, mes.documents, ordertrace.outbox")
    return lambda text: database.sql(text, user="mes")


@pytest.fixture
def door():
    with EventDoor() as running:
        yield running


def outbox(database):
    return database.sql("select order_id, status from ordertrace.outbox order by id")


def words(lines):
    return [re.sub(r" t=\d{16}$", "", line) for line in lines]


class Sender:
    def __init__(self, directory, database, url):
        self.log_path = directory / f"sender.{free_port()}"
        with self.log_path.open("wb") as log:
            self.process = start_process([SHIPPED / "ordertrace-outbox.sh", url], stdout=log, stderr=log,
                                         start_new_session=True, env=database.environment(user="ordertrace_sender"))

    @property
    def log(self):
        return self.log_path.read_text()

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        return self.process.returncode

    def kill(self):
        """With everything it started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture
def sender(tmp_path, database):
    running = []

    def start(url):
        running.append(Sender(tmp_path, database, url))
        return running[-1]
    yield start
    for one in running:
        if one.process.poll() is None:
            one.kill()


# what is written

def test_committed_changes_and_no_others_are_written(database, mes):
    mes("insert into mes.orders values (10042, 'CREATED')")
    mes("begin; update mes.orders set status = 'PRICE_CALCULATED'; rollback")
    mes("update mes.orders set status = 'CREATED', note = 'the same'")
    mes("begin; savepoint s; update mes.orders set status = 'SHIPPED'; rollback to s; "
        "update mes.orders set status = 'PRICE_CALCULATED'; commit")
    mes("insert into mes.orders values (10043, null)")
    mes("update mes.orders set status = null where id = 10042")
    mes("delete from mes.orders")
    assert outbox(database) == ["10042|CREATED", "10042|PRICE_CALCULATED"]


def test_what_a_trigger_of_the_service_sets_is_written(database, mes):
    database.sql("create function mes.f() returns trigger language plpgsql as $$ begin new.status := 'SHIPPED'; "
                 "return new; end $$; create trigger t before update on mes.orders for each row execute function mes.f()")
    try:
        mes("insert into mes.orders values (1, 'CREATED'); update mes.orders set note = 'x'")
        assert outbox(database) == ["1|CREATED", "1|SHIPPED"]
    finally:
        database.sql("drop trigger t on mes.orders; drop function mes.f()")


def test_a_broken_outbox_never_breaks_an_order(database, mes):
    database.sql("alter table ordertrace.outbox add constraint broken check (status <> 'SHIPPED')")
    try:
        done = database.run_sql("insert into mes.orders values (1, 'SHIPPED')", user="mes")
        assert done.returncode == 0
        assert "WARNING:  ordertrace: the change of an order in mes.orders is not reported: " in done.stderr
        assert database.sql("select id from mes.orders") == ["1"]
    finally:
        database.sql("alter table ordertrace.outbox drop constraint broken")


def test_unwatched_tables_say_nothing(database, mes):
    database.sql("select ordertrace.unwatch('mes.orders')")
    try:
        mes("insert into mes.orders values (1, 'CREATED')")
        assert outbox(database) == []
    finally:
        database.sql("select ordertrace.watch('mes.orders', 'id', 'status')")


def test_a_status_of_any_type_that_has_a_text_is_written(database, mes):
    mes("""insert into mes.documents values ('00000000-0000-0000-0000-000000010042', '"CREATED"');
        update mes.documents set said = '"CREATED"'; update mes.documents set said = '"SHIPPED"'""")
    assert outbox(database) == [f'00000000-0000-0000-0000-000000010042|"{said}"' for said in ("CREATED", "SHIPPED")]


def test_nobody_may_more_than_he_needs(database, mes):
    mes("insert into mes.orders values (1, 'CREATED')")
    refused = {
        "mes": ["select * from ordertrace.outbox", "insert into ordertrace.outbox values (default, '1', 'x', now())",
                "select ordertrace.take(1)", "select ordertrace.watch('mes.orders', 'id', 'note')"],
        "ordertrace_sender": ["select * from ordertrace.outbox", "insert into ordertrace.outbox values (default, '1', 'x', now())",
                              "delete from ordertrace.outbox", "select * from mes.orders", "create schema mine",
                              "select ordertrace.watch('mes.orders', 'id', 'note')", "create table public.mine ()"]}
    for user, attempts in refused.items():
        for attempt in attempts:
            done = database.run_sql(attempt, user=user)
            assert done.returncode != 0 and "permission denied" in done.stderr, (user, attempt, done.stderr)
    assert database.sql("select * from ordertrace.take(1)", user="ordertrace_sender")


def test_the_search_path_of_a_stranger_changes_nothing(database, mes):
    database.sql("create schema hostile authorization mes")
    mes("create function hostile.format(text, variadic text[]) returns text language sql as $$ select 'select 1/0' $$; "
        "create function hostile.clock_timestamp() returns timestamptz language sql as $$ select '1999-01-01'::timestamptz $$; "
        "set search_path = hostile, pg_catalog; create temp table outbox (id bigint); "
        "insert into mes.orders values (1, 'CREATED')")
    assert outbox(database) == ["1|CREATED"]
    assert database.sql("select extract(year from changed_at) > 2000 from ordertrace.outbox") == ["t"]


# what is sent

def test_changes_become_statuses_at_a_real_agent(tmp_path, mes, collector, sender):
    port = free_port()
    (tmp_path / "agent").mkdir()
    agent = Agent(tmp_path / "agent", {"jaeger": collector.url}, listen=[{"http": f"127.0.0.1:{port}"}]).start()
    mes("insert into mes.orders values (10042, 'CREATED'); update mes.orders set status = 'PRICE_CALCULATED'")
    sender(f"http://127.0.0.1:{port}")
    agent.wait_metric("ordertrace_events_accepted_total", 2, verb="status")
    agent.wait_delivered()
    spans = collector.find(record="status", trace_id=trace_id("shop", "10042"))
    assert sorted(span.value("order.status") for span in spans) == ["CREATED", "PRICE_CALCULATED"]
    for span in spans:
        assert span.service == "mes"
        assert span.span_id == span_id("status", "shop", "10042", "mes", span.value("order.status"), time_mark(span.start))
    agent.stop()


def test_hostile_texts_stay_in_their_places(database, mes, door, sender):
    mes("""insert into mes.texts values (E'1"\\n\\\\ord1 status 2 st=x', E'a\\r\\n" sys=shop :b'), ('ЗК-77', 'ОТГРУЖЕН'),
        ('3', '')""")
    sender(door.url)
    wait_for("three lines", lambda: len(door.lines) == 3)
    assert words(door.lines) == [r'ord1 status "1\"\n\\ord1 status 2 st=x" st="a\r\n\" sys=shop :b"',
                                 'ord1 status "ЗК-77" st="ОТГРУЖЕН"', 'ord1 status "3" st=""']
    wait_for("an empty outbox", lambda: outbox(database) == [])


def test_rows_stay_until_an_agent_has_them(database, mes, sender):
    door = EventDoor()
    running = sender(door.url)
    mes("insert into mes.orders select n, 'CREATED' from generate_series(1, 1200) n")
    wait_for("it is said", lambda: f"{door.url} answers nothing; the rows stay in the outbox" in running.log)
    assert len(outbox(database)) == 1200
    answers = iter([503, 0])
    door.answer = lambda body: (next(answers, 204), "")
    with door:
        wait_for("all of them", lambda: len(door.lines) >= 1200, seconds=30)
        wait_for("an empty outbox", lambda: outbox(database) == [])
    assert len(set(door.lines)) == len(door.lines) == 1200
    assert door.bodies[0] == door.bodies[1] == door.bodies[2], "what comes again is the same"
    assert running.stop() == 0


def test_large_rows_go_as_all_others(tmp_path, database, mes, collector, sender):
    """An id that is cut is refused even where a shorter one is left of it when zeros and blanks are taken away."""
    port = free_port()
    (tmp_path / "agent").mkdir()
    agent = Agent(tmp_path / "agent", {"jaeger": collector.url}, listen=[{"http": f"127.0.0.1:{port}"}])
    agent.config["order"] = {"strip_leading_zeros": True}
    agent.start()
    mes("insert into mes.texts select n::text, repeat('y', 3000) from generate_series(1, 500) n; "
        "insert into mes.texts values (repeat('0', 8995) || '10042', 'A'), ('10043' || repeat(' ', 9000) || 'x', 'A'), "
        "(repeat('z', 129), 'A'), (repeat('z', 128), repeat('Ж', 600000)), ('last', 'A')")
    # As if it had been written without a bound.
    database.sql("insert into ordertrace.outbox values (default, 'large', repeat('x', 1100000), now()), "
                 "(default, 'very last', 'A', now())")
    running = sender(f"http://127.0.0.1:{port}")
    wait_for(lambda: f"an empty outbox:\n{running.log}", lambda: outbox(database) == [], seconds=20)
    assert agent.scrape().get("ordertrace_events_accepted_total", verb="status") == 503
    agent.wait_delivered()
    orders = {span.value("order.id") for span in collector.read_all().find(record="status")}
    assert orders == {*map(str, range(1, 501)), "z" * 128, "last", "very last"}
    assert running.log.count("the order id is over 128 bytes") == 1
    assert running.log.count("order: no order") == 2
    assert f'ordertrace-outbox: refused as too large (413): ord1 status "large" st="{"x" * 176}\n' in running.log
    assert "the rows stay" not in running.log
    agent.stop()


def test_rows_are_taken_in_pieces_of_so_many_bytes_and_one_always(database, mes):
    database.sql("insert into ordertrace.outbox (order_id, status, changed_at) "
                 "select n, repeat('x', n), now() from unnest(array[300000, 300001, 600000]) n")
    mes("insert into mes.orders select n, 'CREATED' from generate_series(1, 600) n")
    taken = [database.sql("select * from ordertrace.take(500)", user="ordertrace_sender") for _ in range(6)]
    assert [len(lines) for lines in taken] == [1, 1, 1, 500, 100, 0]
    orders = [line.split('"')[1] for lines in taken for line in lines]
    assert orders == ["300000", "300001", "600000", *map(str, range(1, 601))]


def test_two_senders_send_nothing_twice(database, mes, door, sender):
    both = [sender(door.url), sender(door.url)]

    def insert(first):
        mes(";".join(f"insert into mes.orders select n, 'CREATED' from generate_series({n}, {n + 49}) n"
                     for n in range(first, first + 1000, 50)))
    writers = [threading.Thread(target=insert, args=(first,)) for first in (1, 1001)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    wait_for(lambda: f"all of them, not {len(door.lines)}", lambda: len(door.lines) >= 2000 and outbox(database) == [], seconds=20)
    orders = [int(line.split('"')[1]) for line in door.lines]
    assert sorted(orders) == list(range(1, 2001))
    assert [one.log for one in both] == ["", ""]


def test_a_sender_killed_in_the_middle_loses_nothing(database, mes, door, sender):
    door.released.clear()
    first = sender(door.url)
    mes("insert into mes.orders select n, 'CREATED' from generate_series(1, 10) n")
    wait_for("a post", lambda: door.bodies)
    first.kill()
    door.released.set()
    sender(door.url)
    wait_for("an empty outbox", lambda: outbox(database) == [])
    assert sorted({int(line.split('"')[1]) for line in door.lines}) == list(range(1, 11))
    assert len(set(door.lines)) == 10, "what comes again is the same"


def test_what_the_agent_refuses_is_said_and_removed(database, mes, door, sender):
    door.answer = lambda body: (400, "line 1: order: too long\n")
    running = sender(door.url)
    mes("insert into mes.orders values (1, 'CREATED'), (2, 'CREATED')")
    wait_for("an empty outbox", lambda: outbox(database) == [] and door.lines)
    assert "ordertrace-outbox: refused: line 1: order: too long" in running.log


def test_where_a_proxy_takes_less_fewer_rows_go_at_once(database, mes, door, sender):
    door.answer = lambda body: (413 if body.count("\n") > 7 else 204, "")
    running = sender(door.url)
    mes("insert into mes.orders select n, 'CREATED' from generate_series(1, 20) n")
    wait_for("an empty outbox", lambda: outbox(database) == [], seconds=20)
    assert [int(line.split('"')[1]) for line in door.lines] == list(range(1, 21))
    assert running.log == ""


def test_the_database_restarts(database, mes, door, sender):
    running = sender(door.url)
    mes("insert into mes.orders values (1, 'CREATED')")
    wait_for("a line", lambda: len(door.lines) == 1)
    wait_for("an empty outbox", lambda: outbox(database) == [])
    database.stop()
    wait_for("it is said", lambda: "the connection to the database ended; trying again" in running.log)
    database.start()
    mes("insert into mes.orders values (2, 'CREATED')")
    wait_for("another line", lambda: len(door.lines) == 2, seconds=20)


def test_wrong_usage_of_the_sender():
    for arguments in ([], ["127.0.0.1:4749"]):
        done = run(SHIPPED / "ordertrace-outbox.sh", *arguments)
        assert done.returncode == 64 and done.stderr.startswith("usage: ordertrace-outbox.sh http://HOST:PORT")


def test_it_is_taken_away_as_the_page_says():
    (commands,) = re.findall(r"```sql\n(drop .*?)```", (SHIPPED / "README.md").read_text(), re.DOTALL)
    with Postgres() as database:
        prepare(database)
        database.sql(commands)
        database.sql("insert into mes.orders values (1, 'CREATED'); update mes.orders set status = 'SHIPPED'", user="mes")
        assert database.sql("select count(*) from pg_trigger where tgname ~ 'ordertrace'") == ["0"]
