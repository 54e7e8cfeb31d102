"""PostgreSQL from outside: committed rows of the write-ahead log become statuses, once each, whatever is killed meanwhile.
Real PostgreSQL with wal2json, pg_recvlogical, `ordertrace pipe` and `ordertrace tail`, an agent, and Jaeger's side of it."""

import json
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
import yaml

import ids
from balance import Metrics
from board import Board
from harness import CLI, SOURCE, Agent, free_port, run, start_process, wait_for
from postgres import Postgres, postgres_program
from unprivileged import Folder, as_nobody

ADAPTER = SOURCE / "deploy/adapters/postgresql-outside"
MAP = ADAPTER / "wal.map.yaml"
RULES = SOURCE / "deploy/prometheus/ordertrace.rules.yaml"


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


def start_pipe(database, agent, zone="Asia/Tokyo"):
    """Both ends, and a descriptor of nobody else between them."""
    receiver = start_process([postgres_program("pg_recvlogical"), "-d", "postgres", "--slot", "ordertrace", "--start",
                              "-o", "include-timestamp=true", "-o", "format-version=2", "-o", "add-tables=shop.orders", "-f", "-"],
                             env={**environment(database), "PGOPTIONS": f"-c timezone={zone}"}, stdout=subprocess.PIPE)
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


def ended(receiver, pipe):
    """What the pipe said."""
    receiver.send_signal(signal.SIGINT)
    receiver.wait(20)
    _, errors = pipe.communicate(timeout=20)
    assert pipe.returncode == 0, errors
    return errors.decode()


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati", "UTC"])
def test_the_time_is_that_of_the_commit_in_every_zone(shop, agent, collector, zone):
    pipe = start_pipe(shop, agent, zone)
    before = time.time()
    shop.sql("insert into shop.orders values ('A1', 'CREATED', null)")
    told = wait_for("it came", lambda: collector.find(record="status"))
    assert before - 1 < told[0].start / 1e6 < time.time() + 1
    assert "sent 1 event" in ended(*pipe)


def test_the_command_of_the_page(shop, agent, collector, tmp_path):
    """As it stands there, for a role whose time zone is not UTC."""
    (command,) = re.findall(r"^PGOPTIONS=.*?4749$", (ADAPTER / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    words = {"wal.map.yaml": MAP, "http://127.0.0.1:4749": url_of(agent), "-d mes": "-d postgres"}
    for word, other in words.items():
        command = command.replace(word, str(other))
    shop.sql("alter role ordertrace set timezone = 'Asia/Kolkata'")
    rows = tmp_path / "rows"
    path = f"{CLI.parent}:{postgres_program('pg_recvlogical').parent}:{os.environ['PATH']}"
    pair = start_process(["bash", "-c", command.replace("-f - |", f"-f - | tee {shlex.quote(str(rows))} |")],
                         env={**environment(shop), "PATH": path}, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        shop.sql("insert into shop.orders values ('A1', 'CREATED', null)")
        wait_for("it came", lambda: statuses(collector) == as_statuses([("A1", "CREATED")]))
        wait_for("its time is UTC", lambda: re.search(r'"timestamp":"[^"]*\+00"', rows.read_text()))
    finally:
        os.killpg(pair.pid, signal.SIGINT)
        pair.wait(20)
        shop.sql("alter role ordertrace reset timezone")


# without the old row: nothing of the schema is touched


@pytest.fixture
def untouched_shop(shop):
    shop.sql("alter table shop.orders replica identity default")  # as a table is made
    return shop


def test_without_the_old_row_each_update_tells_the_status_again(untouched_shop, agent, collector):
    pipe = start_pipe(untouched_shop, agent)
    untouched_shop.sql("""
        insert into shop.orders values ('A1', 'CREATED', 'x');
        update shop.orders set remark = 'y';
        update shop.orders set status = 'CUT';
        update shop.orders set remark = 'z';
        begin; update shop.orders set status = 'LOST'; rollback;
        delete from shop.orders;""")
    wait_for("they came", lambda: len(statuses(collector)) >= 4)
    assert "sent 4 events" in ended(*pipe)
    assert statuses(collector) == as_statuses([("A1", "CREATED")] * 2 + [("A1", "CUT")] * 2)


def test_the_register_takes_a_repetition_for_nothing_new(untouched_shop, tmp_path):
    """But for a return, where another system has set a later status meanwhile."""
    board = Board(tmp_path / "board", lifecycle={"skew": "1ms"}).start()
    shop, mes = (Agent(tmp_path / system, {"board": board.intake}, system=system) for system in ("online-shop", "mes"))
    shop.http_port = free_port()
    shop.config["listen"].append({"http": f"127.0.0.1:{shop.http_port}"})
    shop.start()
    mes.start()
    start_pipe(untouched_shop, shop)

    def after(facts):
        wait_for(f"the board has {facts} facts", lambda: len(json.loads(board.get("/api/orders/A1")[1])["facts"]) == facts)
        told = board.order("A1")
        return told["stage"], told["verdict"], told["since"]

    untouched_shop.sql("insert into shop.orders values ('A1', 'CREATED', 'x')")
    first = after(1)
    untouched_shop.sql("update shop.orders set remark = 'y'")
    assert after(2) == first and first[:2] == ("CREATED", "on_time")

    mes.send("ord1 status A1 st=PRICE_CALCULATED")
    assert after(3)[0] == "PRICE_CALCULATED"
    untouched_shop.sql("update shop.orders set remark = 'z'")
    stage, _, since = after(4)
    assert stage == "CREATED" and since > first[2]


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


def test_without_pg_recvlogical_it_says_what_is_missing(tmp_path):
    done = run(shutil.which("bash"), ADAPTER / "receive.sh", tmp_path / "rows", env={"PATH": str(tmp_path), "PGDATABASE": "mes"})
    assert (done.returncode, done.stdout) == (69, "")
    assert done.stderr == "receive.sh: there is no pg_recvlogical: install postgresql-client\n"


# rotation


@pytest.fixture
def rotated(tmp_path):
    """What logrotate leaves after a run, as root and on a day after the last one or not."""
    folder = Folder("ordertrace-wal")  # as systemd makes it: of another user, behind a link
    (tmp_path / "ordertrace-wal").symlink_to(folder.path)
    file = tmp_path / "ordertrace-wal/orders.jsonl"
    rules, state, told = tmp_path / "wal.logrotate", tmp_path / "state", tmp_path / "told"
    rules.write_text((ADAPTER / "wal.logrotate").read_text().replace("/var/lib/ordertrace-wal/orders.jsonl", str(file)))
    rules.chmod(0o644)
    systemctl = tmp_path / "bin/systemctl"
    systemctl.parent.mkdir()
    systemctl.write_text(f'#!/bin/sh\necho "$@" >>{told}\n')
    systemctl.chmod(0o755)

    def rotate(row, size=None, last=time.time() - 90_000):
        file.write_text(row)
        if size:
            os.truncate(file, size)
        state.write_text(f'logrotate state -- version 2\n"{file}" {time.strftime("%Y-%m-%d-%H:%M:%S", time.localtime(last))}\n')
        state.chmod(0o600)
        done = run("/usr/sbin/logrotate", f"--state={state}", rules, env={"PATH": f"{systemctl.parent}:/usr/bin:/bin"})
        assert (done.returncode, done.stderr) == (0, ""), done
        assert not told.exists() or set(told.read_text().splitlines()) == {"kill --signal=HUP --kill-whom=main ordertrace-wal.service"}
        return {path.name: path.read_text()[:3] for path in folder.path.iterdir()}
    yield rotate
    folder.close()


def test_no_row_is_kept_for_over_three_days(rotated):
    assert rotated("1st") == {"orders.jsonl.1": "1st"}
    assert rotated("2nd") == {"orders.jsonl.1": "2nd", "orders.jsonl.2": "1st"}
    assert rotated("3rd") == {"orders.jsonl.1": "3rd", "orders.jsonl.2": "2nd"}
    assert rotated("") == {"orders.jsonl.1": "", "orders.jsonl.2": "3rd"}, "also when nothing was written"


def test_within_a_day_it_is_rotated_by_its_size(rotated):
    now = time.time()
    assert rotated("1st", 60 << 20, now) == {"orders.jsonl": "1st"}
    assert rotated("1st", 65 << 20, now) == {"orders.jsonl.1": "1st"}


# the slot


LAG = (ADAPTER / "slot_lag.sql").read_text()
EXPORTER = yaml.safe_load((ADAPTER / "slot_exporter.yaml").read_text())["pg_ordertrace_slot"]


def state_of_slot(database):
    """There is one row, whatever there is of the slot."""
    ((name, state, *_),) = (row.split("|") for row in database.sql(LAG, "watch"))
    assert name == "ordertrace"
    return state


def start_receiver(database, file):
    return start_process(["bash", ADAPTER / "receive.sh", file], env=environment(database), stderr=subprocess.DEVNULL)


def test_the_state_of_the_slot(database, tmp_path):
    assert state_of_slot(database) == "missing"
    database.sql("select pg_create_logical_replication_slot('ordertrace', 'wal2json')")
    try:
        assert state_of_slot(database) == "inactive"
        receiver = start_receiver(database, tmp_path / "rows")
        wait_for("it is read", lambda: state_of_slot(database) == "ok", 30)  # it reports every 5 s
        receiver.send_signal(signal.SIGSTOP)
        database.sql("alter system set max_slot_wal_keep_size = '160MB'; select pg_reload_conf()")
        database.sql("create table filler (n int)")
        for n in range(4):
            database.sql(f"insert into filler values ({n}); select pg_switch_wal()")
        wait_for("it is behind by a quarter of what is kept", lambda: state_of_slot(database) == "behind", 30)
        receiver.send_signal(signal.SIGCONT)
        wait_for("it has caught up", lambda: state_of_slot(database) == "ok", 30)
    finally:
        database.sql("alter system reset max_slot_wal_keep_size; select pg_reload_conf(); drop table if exists filler")
        drop_slot(database)


def test_prometheus_is_told_the_same(database, tmp_path):
    """By postgres_exporter."""
    assert EXPORTER["query"].split() == re.sub("(?m)^--.*$", "", LAG).rstrip("; \n").split()
    program = shutil.which("prometheus-postgres-exporter")
    if not program:
        pytest.fail("there is no prometheus-postgres-exporter: deploy/packages.sh tests installs it", pytrace=False)
    port = free_port()
    start_process([program, f"--web.listen-address=127.0.0.1:{port}", f"--extend.query-path={ADAPTER / 'slot_exporter.yaml'}",
                   "--disable-default-metrics", "--disable-settings-metrics"], stderr=subprocess.DEVNULL,
                  env={"DATA_SOURCE_NAME": f"postgresql://watch@127.0.0.1:{database.port}/postgres?sslmode=disable"})

    def told():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                return Metrics(answer.read().decode()).by("pg_ordertrace_slot_behind_bytes", "state")
        except OSError:
            return {}
    assert list(wait_for("the exporter tells", told)) == ["missing"]
    database.sql("select pg_create_logical_replication_slot('ordertrace', 'wal2json')")
    try:
        assert list(told()) == ["inactive"]
        start_receiver(database, tmp_path / "rows")
        found = wait_for("it is read", lambda: "ok" in told() and told())
        assert found["ok"] < 1e9
    finally:
        drop_slot(database)


@pytest.mark.parametrize("state, rings", [("ok", False), ("inactive", True), ("missing", True), (None, True)])
def test_it_rings_unless_the_slot_is_known_to_be_ok(tmp_path, state, rings):
    if not shutil.which("promtool"):
        pytest.fail("there is no promtool: deploy/packages.sh tests installs it", pytrace=False)
    labels = {"job": "ordertrace-postgresql", "instance": "db:9187"}
    series = [{"series": 'up{job="ordertrace-postgresql", instance="db:9187"}', "values": "1x10"}]
    if state:  # else the exporter cannot ask the database
        series.append({"series": f'pg_ordertrace_slot_behind_bytes{{instance="db:9187", slot_name="ordertrace", state="{state}"}}', "values": "0x10"})
    summary = "The replication slot of the orders is not read, or is not there, as db:9187 tells."
    alerts = [{"exp_labels": {**labels, "severity": "critical"}, "exp_annotations": {"summary": summary}}] if rings else []
    cases = tmp_path / "cases.yaml"
    cases.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "tests": [{"interval": "1m", "input_series": series, "alert_rule_test": [
        {"eval_time": "6m", "alertname": "OrdertraceSlotTroubled", "exp_alerts": alerts}]}]}))
    done = run("promtool", "test", "rules", cases)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_lost_slot_is_said(database):
    database.sql("select pg_create_logical_replication_slot('ordertrace', 'wal2json')")
    try:
        database.sql("alter system set max_slot_wal_keep_size = '16MB'; select pg_reload_conf()")
        wait_for("the limit is in force", lambda: database.sql("show max_slot_wal_keep_size") == ["16MB"])
        database.sql("create table filler (n int)")
        for n in range(4):
            database.sql(f"insert into filler values ({n}); select pg_switch_wal()")
        assert state_of_slot(database) == "unreserved"
        database.sql("checkpoint")
        assert state_of_slot(database) == "lost"
        told = run(postgres_program("pg_recvlogical"), "-d", "postgres", "--slot", "ordertrace", "--start", "--no-loop",
                   "-f", "-", env=environment(database))
        assert told.returncode != 0 and "This slot has been invalidated because it exceeded the maximum reserved size" in told.stderr, told
    finally:
        database.sql("alter system reset max_slot_wal_keep_size; select pg_reload_conf(); drop table if exists filler")
        drop_slot(database)
