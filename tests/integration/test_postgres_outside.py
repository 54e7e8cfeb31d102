"""PostgreSQL from outside: committed rows of the write-ahead log become statuses, once each, whatever is killed meanwhile.
Real PostgreSQL with wal2json, pg_recvlogical, `ordertrace pipe` and `ordertrace tail`, an agent, and Jaeger's side of it."""

import random
import signal
import subprocess
from pathlib import Path

import pytest

import ids
from harness import CLI, SOURCE, Agent, free_port, run, start_process, wait_for
from postgres import Postgres, postgres_program
from unprivileged import as_nobody

ADAPTER = SOURCE / "deploy/adapters/postgresql-outside"
MAP = ADAPTER / "wal.map.yaml"


@pytest.fixture(scope="module")
def database():
    if not Path(postgres_program("postgres").parents[1], "lib/wal2json.so").exists():
        pytest.fail("there is no wal2json: deploy/packages.sh tests installs it", pytrace=False)
    settings = {"wal_level": "logical"}
    known = run(postgres_program("postgres"), "--describe-config", **as_nobody())
    if "output_plugin_libraries" in known.stdout:  # since the minor releases of 2026
        settings["output_plugin_libraries"] = "wal2json"
    with Postgres(**settings) as running:
        running.sql("create role ordertrace login replication; create role watch login; grant pg_monitor to watch;")
        yield running


@pytest.fixture
def shop(database):
    """An empty table, and a slot that begins here."""
    database.sql("""
        create schema shop;
        create table shop.orders (id text primary key, status text not null, remark text);
        alter table shop.orders replica identity full;
        create table shop.customers (id int primary key, status text);
        select pg_create_logical_replication_slot('ordertrace', 'wal2json');""")
    yield database
    drop_slot(database)
    database.sql("drop schema shop cascade;")


def drop_slot(database):
    """Also under a receiver that still runs, as after a failed test."""
    database.sql("select pg_terminate_backend(active_pid) from pg_replication_slots where active")
    wait_for("the slot is gone", lambda: database.run_sql("select pg_drop_replication_slot('ordertrace')").returncode == 0)


def wait_for_free_slot(database):
    """The server notices a little later that a receiver is gone."""
    wait_for("the slot is free", lambda: database.sql("select active from pg_replication_slots") == ["f"])


@pytest.fixture
def agent(tmp_path, collector):
    running = Agent(tmp_path / "agent", {"jaeger": collector.url})
    running.http_port = free_port()
    running.config["listen"].append({"http": f"127.0.0.1:{running.http_port}"})
    yield running.start()
    running.stop()


def url_of(agent):
    return f"http://127.0.0.1:{agent.http_port}"


def environment(database):
    return database.environment("ordertrace", PG_RECVLOGICAL=str(postgres_program("pg_recvlogical")))


def statuses(collector):
    """What the collector has, each span once: (trace id, status)."""
    return sorted((span.trace_id, span.value("order.status")) for span in collector.find(record="status"))


def as_statuses(facts):
    return sorted((ids.trace_id("shop", order), status) for order, status in facts)


# by a pipe


def start_pipe(database, agent):
    """Both ends, and a descriptor of nobody else between them."""
    receiver = start_process([postgres_program("pg_recvlogical"), "-d", "postgres", "--slot", "ordertrace", "--start",
                              "-o", "include-timestamp=true", "-o", "format-version=2", "-o", "add-tables=shop.orders", "-f", "-"],
                             env={**environment(database), "PGOPTIONS": "-c timezone=Asia/Tokyo"}, stdout=subprocess.PIPE)
    pipe = start_process([CLI, "pipe", "--map", MAP, "--to", url_of(agent)], stdin=receiver.stdout, stderr=subprocess.PIPE)
    receiver.stdout.close()
    return receiver, pipe


def test_what_is_committed_is_told_and_nothing_else(shop, agent, collector):
    receiver, pipe = start_pipe(shop, agent)
    shop.sql("""
        insert into shop.orders values ('A1', 'CREATED', 'x'), ('ЗК-77', 'CREATED', E'two\\nlines "and" \\\\ more');
        update shop.orders set status = 'CUT' where id = 'A1';
        update shop.orders set remark = 'not the status';
        begin; update shop.orders set status = 'LOST'; rollback;
        begin; savepoint s; update shop.orders set status = 'LOST'; rollback to s; update shop.orders set status = 'GLUED' where id = 'A1'; commit;
        insert into shop.customers values (1, 'GOLD');
        delete from shop.orders where id = 'A1';
        insert into shop.orders values ('A2', 'CREATED', null);""")
    facts = [("A1", "CREATED"), ("ЗК-77", "CREATED"), ("A1", "CUT"), ("A1", "GLUED"), ("A2", "CREATED")]
    wait_for("they came", lambda: len(statuses(collector)) >= len(facts))
    receiver.send_signal(signal.SIGINT)
    assert receiver.wait(20) == 0
    _, errors = pipe.communicate(timeout=20)
    assert pipe.returncode == 0 and b"sent 5 events" in errors, errors
    assert statuses(collector) == as_statuses(facts)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_stopped_and_started_again_by_a_pipe(shop, agent, collector, end):
    facts = []
    for turn in range(3):
        receiver, pipe = start_pipe(shop, agent)
        for _ in range(20):
            facts.append((f"A{len(facts)}", "CREATED"))
            shop.sql(f"insert into shop.orders values ('{facts[-1][0]}', 'CREATED')")
        receiver.send_signal(end)
        if turn:
            pipe.send_signal(signal.SIGTERM)
        receiver.wait(20)
        _, errors = pipe.communicate(timeout=20)
        assert pipe.returncode == 0, errors
        wait_for_free_slot(shop)
    start_pipe(shop, agent)
    wait_for(lambda: f"all came: {len(statuses(collector))}", lambda: len(statuses(collector)) >= len(facts))
    assert statuses(collector) == as_statuses(facts)


# by a file, which closes the hole between a pipe's ends


class Receiving:
    """receive.sh and `ordertrace tail` beside each other."""

    def __init__(self, database, agent, file):
        self.database, self.agent, self.file = database, agent, file
        self.receiver = self.tail = None

    def start_receiver(self):
        wait_for_free_slot(self.database)
        self.receiver = start_process(["bash", ADAPTER / "receive.sh", self.file], env=environment(self.database))

    def start_tail(self):
        self.tail = start_process([CLI, "tail", self.file, "--map", MAP, "--to", url_of(self.agent)], stderr=subprocess.DEVNULL)

    def end(self, process, number):
        process.send_signal(number)
        process.wait(20)

    def rotate(self, number):
        if self.file.exists():
            self.file.rename(f"{self.file}.{number}")
            self.receiver.send_signal(signal.SIGHUP)


def test_whatever_is_killed_each_committed_status_is_seen_once(shop, agent, collector, tmp_path):
    receiving = Receiving(shop, agent, tmp_path / "orders.jsonl")
    receiving.start_receiver()
    receiving.start_tail()
    chance = random.Random(5)
    facts = []
    for turn in range(12):
        for _ in range(5):
            order = f"A{len(facts)}"
            shop.sql(f"""insert into shop.orders values ('{order}', 'CREATED', repeat('x', {chance.randrange(4000)}));
                         begin; update shop.orders set status = 'LOST' where id = '{order}'; rollback;
                         update shop.orders set status = 'CUT' where id = '{order}'""")
            facts += [(order, "CREATED"), (order, "CUT")]
        number = chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        if turn % 3 == 0:
            receiving.end(receiving.receiver, number)
            receiving.start_receiver()
        elif turn % 3 == 1:
            receiving.end(receiving.tail, number)
            receiving.start_tail()
        else:
            receiving.rotate(turn)
    wait_for(lambda: f"all came: {len(statuses(collector))} of {len(facts)}", lambda: len(statuses(collector)) >= len(facts), 30)
    receiving.end(receiving.tail, signal.SIGTERM)
    receiving.end(receiving.receiver, signal.SIGINT)
    assert statuses(collector) == as_statuses(facts)
    assert oct(receiving.file.stat().st_mode & 0o777) == "0o600"


def test_where_the_orders_are_is_told_anew(shop, agent, collector):
    """What the page says to do after a lost slot."""
    shop.sql("insert into shop.orders values ('A1', 'CUT', null), ('A2', 'CLOSED', null), (E'A\"3 \\\\', E'a b', null)")
    rows = shop.sql("""select json_build_object('v', 1, 'ev', 'status', 'order', id, 'st', status) from shop.orders
                       where status <> 'CLOSED'""")
    done = run(CLI, "pipe", "--to", url_of(agent), input="\n".join(rows))
    assert done.returncode == 0 and "sent 2 events" in done.stderr, done
    wait_for("both came", lambda: len(statuses(collector)) == 2)
    assert statuses(collector) == as_statuses([("A1", "CUT"), ('A"3 \\', "a b")])


def test_the_role_owns_nothing_and_reads_nothing(shop):
    for wish in ("select * from shop.orders", "create table t (n int)", "update shop.orders set status = 'X'"):
        refused = shop.run_sql(wish, "ordertrace")
        assert refused.returncode != 0 and "permission denied" in refused.stderr, refused
    assert shop.sql("select count(*) from pg_class where relowner = 'ordertrace'::regrole") == ["0"]


def test_the_lag_is_seen_and_a_lost_slot_is_said(database):
    lag = (ADAPTER / "slot_lag.sql").read_text()
    database.sql("select pg_create_logical_replication_slot('ordertrace', 'wal2json')")
    try:
        name, active, status, behind, _ = database.sql(lag, "watch")[0].split("|")
        assert (name, active, status) == ("ordertrace", "f", "reserved") and int(behind) < 1_000_000
        database.sql("alter system set max_slot_wal_keep_size = '16MB'; select pg_reload_conf()")
        wait_for("the limit is in force", lambda: database.sql("show max_slot_wal_keep_size") == ["16MB"])
        database.sql("create table filler (n int)")
        for n in range(4):
            database.sql(f"insert into filler values ({n}); select pg_switch_wal()")
        database.sql("checkpoint")
        assert database.sql(lag, "watch")[0].split("|")[2] == "lost"
        told = run(postgres_program("pg_recvlogical"), "-d", "postgres", "--slot", "ordertrace", "--start", "--no-loop",
                   "-f", "-", env=environment(database))
        assert told.returncode != 0 and "This slot has been invalidated because it exceeded the maximum reserved size" in told.stderr, told
    finally:
        database.sql("alter system reset max_slot_wal_keep_size; select pg_reload_conf()")
        drop_slot(database)
