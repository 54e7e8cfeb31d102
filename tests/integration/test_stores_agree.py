"""Two boards, one on SQLite and one on a real ClickHouse engine with the rows Jaeger writes, say the same of the same
random histories: every answer of their API, to the byte of a sentence."""

import random
import time

import pytest

import beats_of
import clickhouse
import jaeger_rows
import wire
from board import Board, shipped_lifecycle
from harness import Agent, wait_for
from histories import histories
from scenario import clock_at
from test_clickhouse_board import migrate

ORDERS = 400
SEED = 20261122
LISTS = ["/api/stuck?limit=1000", "/api/lost?limit=1000", "/api/stages", "/api/edges", "/api/systems"]
BEATS = ["mes -95h..-30m lines=40 seen=-40m", "crm -95h..-3h lines=20 lost=2 seen=-4h", "crm -2h..-1m lines=20 seen=-2m"]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    python, why_not = clickhouse.engine()
    if why_not:
        pytest.skip(why_not)
    running = clickhouse.Clickhouse(tmp_path_factory.mktemp("clickhouse"), python).start()
    yield running
    running.stop()


def beats(now):
    """The bodies of batches, one beat each."""
    units = {"h": 3600, "m": 60}

    def moment(text):
        return int((now + int(text[:-1]) * units[text[-1]]) * 1e6)
    return [beats_of.batch_of(line, moment) for line in BEATS]


def spans_of(body):
    batch = wire.Batch(body)
    return [wire.readable(batch.process, span, 0) for span in batch.spans]


def boards(tmp_path, engine, now):
    embedded = Board(tmp_path / "sqlite")
    asking = Board(tmp_path / "clickhouse", watch={"destination": "board"},
                   store={"clickhouse": {"url": engine.url, "database": "jaeger", "username": "default"}})
    del asking.config["store"]["sqlite"]
    asking.write_config()
    for board in (embedded, asking):
        board.environment = clock_at(int(now), stands=True)
    return embedded, asking


def tell(agent, told):
    lines = [line for history in told for line in history.lines]
    random.Random(SEED).shuffle(lines)  # but for duplicates, of which the first counts, order says nothing
    for first in range(0, len(lines), 50):
        agent.send_and_see("\n".join(lines[first:first + 50]))
    open_steps = agent.scrape().get("ordertrace_open_steps")
    agent.wait_metric("ordertrace_spans_own_total", open_steps, record="started")
    agent.wait_delivered()


def write_rows(engine, spans, asking):
    """Some before the tables of the register are there, some twice, in any order."""
    chance = random.Random(SEED)
    spans = spans + chance.sample(spans, len(spans) // 10)
    chance.shuffle(spans)
    half = len(spans) // 2
    jaeger_rows.insert(engine, spans[:half])
    assert migrate(asking).returncode == 0
    jaeger_rows.insert(engine, spans[half:])


def test_they_say_the_same(engine, tmp_path, collector):
    now = int(time.time()) + 120  # of both boards, whose clocks stand: after the last marker
    embedded, asking = boards(tmp_path, engine, now)
    embedded.start()
    agent = Agent(tmp_path / "agent", {"board": embedded.intake, "jaeger": collector.url},
                  listen=[{}], order={"origin": True})
    agent.config["listen"] = [{"udp": f"127.0.0.1:{agent.udp_port}", "systems": ["online-shop", "crm"]}]
    agent.start()
    told = histories(ORDERS, shipped_lifecycle()["stages"], now - 180, SEED)
    tell(agent, told)
    agent.stop()
    for body in beats(now):
        assert embedded.post(body)[0] == 202
    rows = list(collector.find()) + [span for body in beats(now) for span in spans_of(body)]
    write_rows(engine, rows, asking)
    asking.start()
    embedded.wait_cycle()
    asking.wait_cycle()

    verdicts = {}
    for history in told:
        path = f"/api/orders/{history.order}"
        here, there = embedded.json(path), asking.json(path)
        assert there == here, history.order
        verdicts.setdefault(here["verdict"], []).append(history.order)
    assert set(verdicts) >= {"failed", "not_sent", "in_transit", "received_not_applied", "running", "late", "blind", "on_time"}, verdicts
    wait_for("both list the same", lambda: embedded.json(LISTS[0]) == asking.json(LISTS[0]))
    for path in LISTS:
        assert asking.json(path) == embedded.json(path), path
    assert len(embedded.stuck()) > ORDERS // 4
    embedded.stop()
    asking.stop()
