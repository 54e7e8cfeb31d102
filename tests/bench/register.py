"""What the order register costs: its intake into SQLite, then a board on 200,000 orders, all of them stuck, in an SQLite
file and on a ClickHouse engine with the rows that Jaeger would have written."""

import http.client
import json
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from contenders import OTHER_CPU, Program, free_port, scraped, wait_for

sys.path.append(str(Path(__file__).resolve().parents[1] / "integration"))
import clickhouse  # noqa: E402

ORDERS = 200_000
# As sqlite_intake: a status and a step by each of four systems, none of which is the CRM.
ROWS = """INSERT INTO spans (id, trace_id, name, kind, start_time, status_code, duration, service_name, str_attributes.key,
    str_attributes.value)
WITH intDiv(number, 8) AS i, number % 2 AS step, ['online-shop', 'mes', 'wms', 'tms'][1 + intDiv(number % 8, 2)] AS system,
    'ZK-' || toString(1000000 + i) AS order
SELECT leftPad(lower(hex(cityHash64(number))), 16, '0'), lower(hex(sipHash128(order))),
    if(step, 'calc_price', 'status PRICE_CALCULATED'), 'internal',
    fromUnixTimestamp64Micro(1795305600000000 + toInt64(i) * 1000 + step * 500), 'Unset', 1000, system,
    ['order.id', 'order.namespace', 'order.record', if(step, 'order.result', 'order.status')],
    [order, 'shop', if(step, 'step', 'status'), if(step, 'ok', 'PRICE_CALCULATED')]
FROM numbers({first:UInt64}, {count:UInt64})"""


class Board(Program):
    def __init__(self, binary, work, lifecycle, store):
        web = free_port()
        self.port_of_web, self.url = web, f"http://127.0.0.1:{web}"
        shutil.copyfile(lifecycle, work / "lifecycle.yaml")
        config = work / "board.yaml"
        config.write_text(json.dumps({
            "version": 1, "lifecycle": "lifecycle.yaml", "store": store,
            "web": {"listen": f"127.0.0.1:{web}"}, "watch": {"emit_to": ""}, "log": {"level": "warning"}}))
        if "clickhouse" in store:
            subprocess.run([binary, "migrate", "--config", config], check=True, capture_output=True, timeout=60)
            fill(store["clickhouse"]["url"])
        super().__init__([binary, "--config", config], OTHER_CPU, log=work / "board.log")

    def is_ready(self):
        self.alive()
        try:
            return urllib.request.urlopen(self.url + "/readyz", timeout=5).status == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def milliseconds(self, path, times=50):
        """The median of that many requests over one connection, and the longest."""
        connection, took = http.client.HTTPConnection("127.0.0.1", self.port_of_web, timeout=30), []
        for _ in range(times):
            begin = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            took.append((time.perf_counter() - begin) * 1000)
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")
        return statistics.median(took), max(took)


def fill(url):
    """In parts, as a collector writes them."""
    part = ORDERS * 8 // 40
    for first in range(0, ORDERS * 8, part):
        question = f"{url}/?database=jaeger&param_first={first}&param_count={part}"
        urllib.request.urlopen(question, data=ROWS.encode(), timeout=120).read()


def ask(row, store, start_board):
    """What people and a scrape wait for, and what the board takes meanwhile."""
    board = start_board()
    begin = time.monotonic()
    try:
        wait_for("the board is ready", board.is_ready, 600)
        took = time.monotonic() - begin
        stuck = scraped(board.url + "/metrics", "ordertrace_stuck_orders")
        orders = scraped(board.url + "/metrics", "ordertrace_orders_in_stage")
        what = f"{store}, {orders:,.0f} orders, {stuck:,.0f} of them stuck"
        row(f"register: from start until all are judged, {what}", "told", f"{took:.1f} s", True)
        for name, path, most in (("where", "/api/orders/ZK-1150000", 50), ("the board's page", "/", 100),
                                 ("the stuck list", "/api/stuck", 100)):
            median, longest = board.milliseconds(path)
            row(f"register: {name}, {store}", f"< {most} ms", f"median {median:.1f} ms, at most {longest:.1f}", median < most)
        row(f"register: resident memory, {store}", "≤ 64 MiB", f"{board.rss_mib():.1f} MiB", board.rss_mib() <= 64)
    finally:
        board.stop()


def measure(row, work, intake, binary, lifecycle):
    """`row(measure, target, value, met)` takes each figure."""
    work.mkdir(parents=True)
    told = subprocess.run([str(intake), str(work / "orders.db"), str(ORDERS)], check=True, capture_output=True,
                          text=True, timeout=900).stdout
    rate = float(re.search(r"orders one by one.*?(\d+) /s of CPU", told).group(1))
    row("register: spans a second into SQLite, committed, on one core", "≥ 30,000/s", f"{rate:,.0f}/s", rate >= 30_000)
    each = re.search(r"bytes +(\d+) an order", told).group(1)
    row("register: bytes on disk an order of 8 facts", "told", each, True)
    embedded = {"sqlite": {"file": "orders.db", "intake": f"127.0.0.1:{free_port()}"}}
    ask(row, "SQLite", lambda: Board(binary, work, lifecycle, embedded))
    python, why_not = clickhouse.engine()
    if why_not:
        print(f"  {why_not}", flush=True)
        return
    engine = clickhouse.Clickhouse(work / "clickhouse", python).start()
    try:
        beside = {"clickhouse": {"url": engine.url, "database": "jaeger", "username": "default"}}
        ask(row, "ClickHouse engine", lambda: Board(binary, work, lifecycle, beside))
    finally:
        engine.stop()
