"""The board on a real ClickHouse engine, on the table that Jaeger writes."""

import hashlib
import json
import subprocess
import time

import pytest

import clickhouse
from board import Board
from certificates import Authority
from harness import BOARD, free_port, wait_for
from ids import trace_id
from nginx import Nginx


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    python, why_not = clickhouse.engine()
    if why_not:
        pytest.skip(why_not)
    running = clickhouse.Clickhouse(tmp_path_factory.mktemp("clickhouse"), python, ["register:secret"]).start()
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


def test_by_tls_with_a_name_that_is_right_and_a_password_from_a_file(engine, tmp_path):
    authority = Authority(tmp_path / "authority")
    pair = authority.issue("clickhouse")
    front, port = Nginx(), free_port()
    front.start(f"""server {{ listen 127.0.0.1:{port} ssl; listen 127.0.0.2:{port} ssl;
        ssl_certificate {front.put("server.crt", pair.cert)}; ssl_certificate_key {front.put("server.key", pair.key)};
        location / {{ proxy_pass {engine.url}; }} }}""", port)
    (tmp_path / "password").write_text("secret\n")

    def board_by(name, ca_file, host="127.0.0.1"):
        store = {"url": f"https://{host}:{port}", "database": "jaeger", "username": "register",
                 "password_file": str(tmp_path / "password"), "tls": {"ca_file": str(ca_file)}}
        board = Board(tmp_path / name, store={"clickhouse": store})
        del board.config["store"]["sqlite"]
        board.write_config()
        return board
    board = board_by("right", authority.file)
    assert migrate(board).returncode == 0
    board.start()
    assert board.json("/api/stages")["stages"][0]["stage"] == "CREATED"
    board.stop()
    for host, ca_file in (("127.0.0.1", Authority(tmp_path / "other", "Other").file), ("127.0.0.2", authority.file)):
        refused = migrate(board_by(f"wrong-{host}", ca_file, host))
        assert refused.returncode == 69
        assert refused.stderr == (
            f"ordertrace-board: store.clickhouse https://{host}:{port} (database jaeger): certificate verify failed; is it "
            "running there, with HTTPS and the certificate tls.ca_file knows?\n")
    front.stop()


def test_migrate_of_another_store_is_refused(tmp_path):
    board = Board(tmp_path)
    board.write_config()
    done = migrate(board)
    assert done.returncode == 78
    assert done.stderr == (f"ordertrace-board: {board.config_file}: store: only a store `clickhouse` is migrated; "
                           "`sqlite` makes its file itself\n")
