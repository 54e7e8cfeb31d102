"""A shop with real faults: what goes well, what gets lost at each of the four places, who may see it, and that every
event is accounted for."""

import json
import time
from collections import Counter
from contextlib import contextmanager
from datetime import datetime

import pytest

import clickhouse
import jaeger
import jaeger_rows
from board import Board
from harness import Agent, destination, run, wait_for
from ids import trace_id
from looking import ageless, in_terminal, keep_for_eyes, on_page
from picture import LIFECYCLE, LIMIT, OPERATOR, VIEWER, Picture
from test_clickhouse_board import migrate
from test_pages import browser  # noqa: F401 (a fixture)

STAGES = ["CREATED", "PRICE_CALCULATED", "MANUFACTURING_APPROVED", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED",
          "PACKAGING", "SHIPPED"]
# What is handed over by the broker for each order: sender and receiver, then the statuses.
HAND_OFFS = {("crm", "mes"): ["CREATED", "MANUFACTURING_APPROVED"],
             ("mes", "crm"): ["PRICE_CALCULATED", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED", "PACKAGING", "SHIPPED"]}
CYCLE = 5  # seconds: the watcher looks every second, and what an adapter reports takes its way
PATIENCE = 40  # seconds, for what has no limit of its own on a busy machine
NOBODY = None


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    if why_not := jaeger.why_not():
        pytest.skip(why_not)
    made = Picture(tmp_path_factory.mktemp("picture"))
    try:
        yield made.start()
    finally:
        made.close()


def record(span):
    return span["tags"].get("order.record", ("", ""))[1]


def wait_verdict(picture, order, wanted, seconds=PATIENCE):
    def answer():
        return picture.order(order)
    wait_for(lambda: f"{order} is {wanted}: {answer()}", lambda: answer()["verdict"] == wanted, seconds)
    return answer()


def wait_stage(picture, order, system, status):
    wait_for(f"{order} is {status} in the database of {system}", lambda: picture.databases.status(system, order) == status, PATIENCE)


def ship(picture, orders):
    for order in orders:
        picture.create(order)
    for order in orders:
        wait_stage(picture, order, "crm", "PRICE_CALCULATED")
        picture.approve(order)


def wait_handed_over(picture, order):
    """`finished` needs no hand-off. A message may be sent or delivered again."""
    wanted = Counter()
    for (sender, receiver), statuses in HAND_OFFS.items():
        wanted[sender, f"sent to {receiver}"] = wanted[receiver, f"received from {sender}"] = len(statuses)

    def found():
        facts = [fact for fact in picture.order(order)["facts"] if fact["record"] in ("sent", "received")]
        return Counter((fact["system"], fact["name"]) for fact in facts)
    wait_for(lambda: f"{order} is handed over {wanted}, it is {found()}", lambda: found() >= wanted, PATIENCE)


def assert_handed_over(spans, order):
    """Sent and received with each status."""
    told = {(record(span), span["tags"]["order.edge"][1], span["tags"]["order.edge.status"][1]) for span in spans
            if record(span) in ("sent", "received")}
    wanted = {(kind, f"{sender}>{receiver}", status) for (sender, receiver), statuses in HAND_OFFS.items()
              for status in statuses for kind in ("sent", "received")}
    assert told == wanted, order


def test_thirty_orders_go_through(picture):
    orders = [f"W-{number}" for number in range(1, 31)]
    ship(picture, orders)
    for order in orders:
        wait_verdict(picture, order, "finished")
        wait_handed_over(picture, order)
    picture.wait_delivered()
    for order in orders:
        spans = picture.trace(order)
        steps = {span["service"] for span in spans if record(span) == "step"}
        assert steps == {"online-shop", "crm", "mes"}, (order, steps)
        assert_handed_over(spans, order)
        sent = {span["span_id"] for span in spans if record(span) == "sent"}
        assert all(span["parent_id"] in sent for span in spans if record(span) == "received"), f"{order}: an arrow leads to each"
        assert {span["name"] for span in spans} >= {f"status {stage}" for stage in STAGES}, order
        assert [span["warnings"] for span in spans if span["warnings"]] == [], order


@contextmanager
def publisher_cut_off(picture):
    """The MES's publisher has no way to the broker."""
    picture.broker.ctl("change_password", "mes-out", "another")
    try:
        yield
    finally:
        picture.broker.ctl("change_password", "mes-out", "mes")


@contextmanager
def consumer_stopped(picture):
    picture.crm_consumer.stop()
    try:
        yield
    finally:
        picture.crm_consumer.start()


@contextmanager
def crm_database_refuses(picture):
    picture.databases.sql("crm", "REVOKE UPDATE ON orders FROM crm")
    try:
        yield
    finally:
        picture.databases.sql("crm", "GRANT UPDATE ON orders TO crm")


@contextmanager
def mes_database_refuses(picture):
    picture.databases.sql("mes", "REVOKE UPDATE ON orders FROM machine")
    try:
        yield
    finally:
        picture.databases.sql("mes", "GRANT UPDATE ON orders TO machine")


@contextmanager
def broker_restarts(picture):
    """As planned maintenance: the services are let in when the adapter reads again. Before that, for about a second
    after its start, the broker has no leader for the queue of the copies, drops them, and nobody can count them."""
    services = ("mes", "mes-out", "crm")
    adapter, limit = picture.broker_adapter, "max-connections"
    connections = adapter.metrics().get("ordertrace_rabbitmq_connections_total")
    for name in services:
        picture.broker.ctl("set_user_limits", name, json.dumps({limit: 0}))
    picture.broker.stop()
    yield
    picture.broker.start()
    adapter.wait_metric("connections_total", connections + 1, PATIENCE)
    for name in services:
        picture.broker.ctl("clear_user_limits", name, limit)


# The four places of loss: the fault, whether the customer has approved, and what is to be told of it.
PLACES = {
    "the price never leaves the MES": (
        publisher_cut_off, False, {"verdict": "not_sent", "stage": "PRICE_CALCULATED", "from": "mes", "to": "crm", "to_act": "mes"},
        "MES set PRICE_CALCULATED a while ago but has not sent it to the CRM (limit 6 s). "
        "Look at the messages that the MES sends to the CRM."),
    "the CRM does not take the price": (
        consumer_stopped, False, {"verdict": "in_transit", "stage": "PRICE_CALCULATED", "from": "mes", "to": "crm", "to_act": "crm"},
        "MES set PRICE_CALCULATED a while ago and sent it to the CRM by q.crm; the CRM has not taken it (limit 6 s). "
        "Look at the queue q.crm."),
    "the approval fails in the CRM": (
        crm_database_refuses, True, {"verdict": "failed", "stage": "PRICE_CALCULATED", "system": "crm", "step": "approve", "to_act": "crm"},
        "The step approve in the CRM failed a while ago: “the service answered 500”. Look at the log of the CRM."),
    "the machine's status cannot be written": (
        mes_database_refuses, True, {"verdict": "failed", "stage": "MANUFACTURING_APPROVED", "system": "mes",
                                     "step": "machine MANUFACTURING_STARTED", "to_act": "mes"},
        "The step machine MANUFACTURING_STARTED in the MES failed a while ago. Look at the log of the MES."),
}


def assert_told(picture, order, expected, sentence):
    """The order, the place and who is to act: the same in all that people look at."""
    code, text = picture.where(order, "--json")
    answer = json.loads(text)
    assert code == 1 and {key: answer[key] for key in expected} == expected, text
    assert (answer["order"], ageless(answer["sentence"])) == (order, sentence)
    place = f"{expected['from']}>{expected['to']}" if "to" in expected else f"{expected['system']} {expected['step']}"
    lines = {"order": order, "verdict": expected["verdict"], "stage": expected["stage"], "place": place, "to act": expected["to_act"]}
    code, text = picture.where(order)
    said, told = in_terminal(text)
    assert (code, said, {name: told.get(name) for name in lines}) == (1, sentence, lines), text
    status, page = picture.see("GET", f"/board/orders/{order}", VIEWER)
    assert status == 200 and f'data-verdict="{expected["verdict"]}"' in page
    named, said, shown = on_page(page)
    answers = {"Who is to act": expected["to_act"].upper(), "Stage": expected["stage"], "Step": expected.get("step")}
    assert (named, said, {name: shown.get(name) for name in answers}) == (order, sentence, answers)


@pytest.mark.parametrize("place", PLACES)
def test_a_lost_order_is_named_and_found_again(picture, place, browser):  # noqa: F811
    fault, approved, expected, sentence = PLACES[place]
    order = f"L-{list(PLACES).index(place)}"
    if approved:
        picture.create(order)
        wait_stage(picture, order, "crm", "PRICE_CALCULATED")
        wait_for("the register has it", lambda: picture.order(order)["stage"] == "PRICE_CALCULATED", PATIENCE)
    with fault(picture):
        if approved:
            picture.approve(order)
        else:
            picture.create(order)
        # A failure may be heard of before the status that another system set earlier.
        wait_for(lambda: f"{order} is {expected}: {picture.order(order)}",
                 lambda: expected.items() <= picture.order(order).items(), PATIENCE)
        answer = picture.order(order)
        wait_for("it is on the list", lambda: order in picture.stuck(), PATIENCE)
        due = datetime.fromisoformat(answer["since"]).timestamp() + answer["limit_seconds"]
        assert time.time() - due < CYCLE, "told later than within a cycle of the watcher after the limit"
        assert_told(picture, order, expected, sentence)
        stage = expected["stage"]
        wait_for("a red span in Jaeger", lambda: [span for span in picture.trace(order) if span["status"] == "error" and
                                                  span["name"] in (f"stuck in {stage}", expected.get("step"))], PATIENCE)
        keep_for_eyes(picture, order, browser)
    if not approved:
        wait_stage(picture, order, "crm", "PRICE_CALCULATED")
        picture.approve(order)
    wait_verdict(picture, order, "finished")
    wait_for("it is off the list", lambda: order not in picture.stuck(), PATIENCE)


def test_the_same_on_clickhouse(picture, tmp_path):
    """A second board, which reads the rows that Jaeger would have written."""
    python, why_not = clickhouse.engine()
    if why_not:
        pytest.skip(why_not)
    engine = clickhouse.Clickhouse(tmp_path / "clickhouse", python).start()
    other = Board(tmp_path / "board", LIFECYCLE, watch={"destination": "board"},
                  store={"clickhouse": {"url": engine.url, "database": "jaeger", "username": "default"}})
    del other.config["store"]["sqlite"]
    other.write_config()
    assert migrate(other).returncode == 0
    written = set()

    def write():
        picture.wait_delivered()
        fresh = {key: span for key, span in picture.rows.read_all().spans.items() if key not in written}
        jaeger_rows.insert(engine, fresh.values())
        written.update(fresh)

    def agreed(order):
        """Marks of its last stays may still be on their way to both."""
        write()
        return picture.order(order)["facts"] == other.order(order)["facts"]
    write()
    other.start()
    for order in ["W-1", "W-30", "L-0", "L-1", "L-2", "L-3"]:
        assert other.verdict(order) == "finished"
        wait_for(f"both boards have the same facts of {order}", lambda: agreed(order), PATIENCE)
    with consumer_stopped(picture):
        picture.create("C-1")
        wait_verdict(picture, "C-1", "in_transit")
        write()
        wait_for("the second board says it too", lambda: other.verdict("C-1") == "in_transit" and "C-1" in other.stuck(), PATIENCE)
    wait_stage(picture, "C-1", "crm", "PRICE_CALCULATED")
    picture.approve("C-1")
    wait_verdict(picture, "C-1", "finished")
    write()
    wait_for("the second board says it too", lambda: other.verdict("C-1") == "finished" and other.stuck() == {}, PATIENCE)
    other.stop()
    engine.stop()


# Path, then the answer to nobody, to a viewer and to an operator.
RIGHTS = [
    ("GET", "/board/", (401, 200, 200)),
    ("GET", "/board/orders/W-1", (401, 200, 200)),
    ("GET", "/board/api/stuck", (401, 200, 200)),
    ("GET", f"/jaeger/api/v3/traces/{trace_id('shop', 'W-1')}", (401, 200, 200)),
    ("GET", "/jaeger/api/services", (401, 200, 200)),
    ("GET", "/jaeger/search?service=order", (401, 200, 200)),
    ("GET", "/jaeger/api/traces?service=mes&lookback=1h&limit=20", (401, 200, 200)),  # what that page asks
    ("POST", f"/jaeger/api/archive/{trace_id('shop', 'W-1')}", (401, 403, 200)),
    ("POST", "/jaeger/api/traces", (404, 404, 404)),
    ("POST", "/jaeger/v1/traces", (404, 404, 404)),
    ("POST", "/jaeger/api/ai/chat", (404, 404, 404)),
    ("GET", "/agents/local/status", (401, 403, 200)),
]


@pytest.mark.parametrize("method, path, answers", RIGHTS)
def test_who_may_see_what(picture, method, path, answers):
    assert tuple(picture.see(method, path, who)[0] for who in (NOBODY, VIEWER, OPERATOR)) == answers


def test_nothing_listens_beyond_loopback(picture):
    """Of all programs of the picture."""
    told = run("ss", "-Hltunp").stdout.splitlines()
    ours = [line for line in told if any(f"pid={pid}," in line for pid in picture.pids())]
    assert len(ours) > 15
    assert [line for line in ours if not line.split()[4].startswith(("127.0.0.1:", "[::1]:"))] == []


def test_the_intake_is_closed_without_a_certificate(picture, tmp_path):
    plain = run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", f"http://127.0.0.1:{picture.front.intake_port}/jaeger/api/traces")
    assert plain.stdout == "400"
    files = {"ca_file": str(picture.certificates / "intake-ca.crt")}
    agent = Agent(tmp_path, [destination("jaeger", picture.front.intake("jaeger")) | {"tls": files}]).start()
    agent.send_and_see("ord1 status NEVER st=CREATED")
    agent.wait_metric("ordertrace_export_requests_total", 2, to="jaeger")
    assert agent.scrape().get("ordertrace_spans_pending", to="jaeger") == 1 and picture.trace("NEVER") == []
    agent.stop()


def test_every_event_is_accounted_for(picture):
    """Jaeger is away for a while, an agent is killed, the broker restarts; orders go on all the time."""
    orders = [f"A-{number}" for number in range(12)]
    picture.jaeger.stop()
    back = time.monotonic() + 60
    ship(picture, orders[:4])
    picture.agents["mes"].kill()
    for order in orders[4:8]:
        picture.create(order)
    picture.agents["mes"].start()
    with broker_restarts(picture):
        for order in orders[8:]:
            picture.create(order)
    for order in orders[4:]:
        wait_stage(picture, order, "crm", "PRICE_CALCULATED")
        picture.approve(order)
    for order in orders:
        wait_verdict(picture, order, "finished")
        wait_handed_over(picture, order)
    time.sleep(max(0.0, back - time.monotonic()))  # a whole minute
    picture.jaeger.start()
    picture.wait_copies_read()
    picture.wait_delivered()
    for order in orders:
        assert_handed_over(picture.trace(order), order)
    copies, balances = picture.stop()
    assert copies.sum("ordertrace_rabbitmq_lost_total") == copies.get("ordertrace_rabbitmq_lines_refused_total") == 0, copies.text
    became = copies.by("ordertrace_rabbitmq_messages_became_total", "what")
    assert became.pop("lines") > 0 and became.pop("repeated") >= 0 and set(became.values()) == {0}, copies.text
    for system, balance in balances.items():
        assert balance.lost_in_kernel == 0, system
        for name, to in balance.destinations.items():
            assert to["pending"] == 0 and to["dropped"] == {}, (system, name, to)
            assert to["delivered"] > 0
