"""The board on a real ClickHouse engine, on the table that Jaeger writes."""

import hashlib
import json
import subprocess
import time

import pytest

import clickhouse
from board import Board
from harness import BOARD, wait_for
from ids import trace_id


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    python, why_not = clickhouse.engine()
    if why_not:
        pytest.skip(why_not)
    running = clickhouse.Clickhouse(tmp_path_factory.mktemp("clickhouse"), python).start()
    yield running
    running.stop()


def write_span(engine, order, system, name, record, at, **tags):
    """One row as Jaeger writes it."""
    told = {"order.id": order, "order.namespace": "shop", "order.record": record} | tags
    span_id = hashlib.sha256(f"{order}{system}{name}".encode()).hexdigest()[:16]
    engine.run("INSERT INTO spans FORMAT JSONEachRow " + json.dumps({
        "id": span_id, "trace_id": trace_id("shop", order), "name": name, "kind": "internal",
        "start_time": f"{at:.6f}", "status_code": "Unset", "duration": 1000, "service_name": system,
        "str_attributes.key": list(told), "str_attributes.value": list(told.values())}))


def migrate(board, *options):
    return subprocess.run([BOARD, "migrate", *options, "--config", board.config_file], capture_output=True, text=True,
                          timeout=60, check=False)


def test_from_migrate_to_the_verdict_and_back(engine, tmp_path):
    board = Board(tmp_path, store={"clickhouse": {"url": engine.url, "database": "jaeger", "username": "default"}})
    del board.config["store"]["sqlite"]
    board.write_config()
    now = time.time()
    # What was there before the tables is read too.
    write_span(engine, "10042", "online-shop", "status CREATED", "status", now - 4000, **{"order.status": "CREATED"})
    assert migrate(board).returncode == 0
    write_span(engine, "10042", "mes", "status PRICE_CALCULATED", "status", now - 3630,
               **{"order.status": "PRICE_CALCULATED"})
    write_span(engine, "10042", "mes", "sent to crm", "sent", now - 3629,
               **{"order.edge": "mes>crm", "messaging.destination.name": "q.price"})
    board.start()
    assert board.order("10042")["sentence"] == (
        "MES set PRICE_CALCULATED 1 h ago and sent it to the CRM by q.price; the CRM has not taken it (limit 5 min). "
        "Look at the queue q.price.")
    assert board.stuck() == {"10042": "in_transit"}
    write_span(engine, "10042", "crm", "status PRICE_CALCULATED", "status", now - 10,
               **{"order.status": "PRICE_CALCULATED"})
    wait_for("the order is free", lambda: board.stuck() == {})
    board.stop()
    assert migrate(board, "--remove").returncode == 0
    # Without the views Jaeger's inserts go on.
    write_span(engine, "10043", "online-shop", "status CREATED", "status", now, **{"order.status": "CREATED"})


def test_migrate_of_another_store_is_refused(tmp_path):
    board = Board(tmp_path)
    board.write_config()
    done = migrate(board)
    assert done.returncode == 78
    assert done.stderr == (f"ordertrace-board: {board.config_file}: store: only a store `clickhouse` is migrated; "
                           "`sqlite` makes its file itself\n")
