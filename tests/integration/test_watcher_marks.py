"""What the board finds goes as marks to an agent: once, and the same bytes whoever found it."""

import time

import pytest

from board import Board
from harness import Agent, destination, wait_for

MINUTE = 60_000_000
HOUR = 60 * MINUTE


@pytest.fixture
def start():
    """Whole milliseconds, that marks may be compared with what the API says."""
    return int(time.time() * 1000) * 1000


def history(order, start):
    """Price calculated in half an hour, and lost on its way for almost an hour and a half."""
    created, priced = start - 2 * HOUR, start - 90 * MINUTE
    statuses = [f"status {order} st=CREATED t={created} sys={system}" for system in ("online-shop", "crm", "mes")]
    return ["ord1 " + line for line in [*statuses, f"status {order} st=PRICE_CALCULATED t={priced}",
                                       f"sent {order} to=crm via=q.price msg=p t={priced}"]]


def agent_for(directory, *destinations):
    made = Agent(directory, [destination(name, url) for name, url in destinations])
    made.config["listen"][0]["systems"] = ["crm", "online-shop"]
    return made


def marks_of(board):
    return board.metrics().get("ordertrace_board_marks_total", outcome="sent")


def test_marks_come_back_once(tmp_path, collector, start):
    board = Board(tmp_path / "board")
    agent = agent_for(tmp_path / "agent", ("board", board.intake), ("jaeger", collector.url))
    board.config["watch"]["emit_to"] = f"127.0.0.1:{agent.udp_port}"
    board.start()
    agent.start()
    agent.send_and_see(*history("M-1", start))

    def marks_are_facts():
        return sorted((fact["name"], fact["time"]) for fact in board.order("M-1")["facts"] if fact["record"] == "mark")
    agent.wait_delivered()
    wait_for("the marks are facts", lambda: len(marks_are_facts()) == 2)
    agent.wait_delivered()  # to the collector too
    answer = board.order("M-1")
    assert answer["verdict"] == "in_transit"
    stuck, stay = collector.only(name="stuck in PRICE_CALCULATED"), collector.only(name="in CREATED")
    assert stuck.service == stay.service == "order" and stuck.record == stay.record == "mark"
    assert (stuck.start, stuck.duration) == (start - 85 * MINUTE, 1) and stuck.value("order.result") == "fail"
    assert (stay.start, stay.duration) == (start - 2 * HOUR, 30 * MINUTE) and stay.value("order.result") is None
    board.wait_cycle()
    assert marks_of(board) == 2

    board.stop()
    board.start()  # it has forgotten what it sent
    board.wait_cycle()
    assert marks_of(board) == 0 and len(marks_are_facts()) == 2
    agent.send_and_see("ord1 status M-1 st=PRICE_CALCULATED sys=crm")
    wait_for("the order is on time", lambda: board.verdict("M-1") == "on_time")
    board.wait_cycle()
    assert marks_of(board) == 0
    agent.stop()
    board.stop()
    assert len([span for span in collector.find(record="mark")]) == 2 and collector.deliveries == len(collector.spans)


def test_two_boards_say_the_same(tmp_path, collector, start):
    """The marks do not come back here, so that each board sends all of its own; the collector compares their bytes."""
    orders = 50
    boards = [Board(tmp_path / name) for name in ("one", "two")]
    emitters = [agent_for(tmp_path / f"for-{name}", ("jaeger", collector.url)) for name in ("one", "two")]
    facts = agent_for(tmp_path / "facts", ("one", boards[0].intake), ("two", boards[1].intake))
    facts.start()
    for number in range(orders):
        facts.send_and_see(*history(f"M-{number}", start + number * 1000))
    for board, emitter in zip(boards, emitters):
        emitter.start()
        board.config["watch"]["emit_to"] = f"127.0.0.1:{emitter.udp_port}"
        board.start()
    facts.wait_delivered()
    for board, emitter in zip(boards, emitters):
        wait_for("all marks are sent", lambda: marks_of(board) == 2 * orders)
        emitter.wait_metric("ordertrace_events_received_total", 2 * orders)
        emitter.wait_delivered()
    assert len(collector.find(name="stuck in PRICE_CALCULATED")) == len(collector.find(name="in CREATED")) == orders
    assert collector.deliveries == 4 * orders
    collector.read_all()
    assert not collector.faults, "the same span with other content"
    for program in (facts, *emitters, *boards):
        program.stop()


def test_what_is_older_than_look_back_is_counted_only(tmp_path, collector, start):
    agent = agent_for(tmp_path / "agent", ("jaeger", collector.url)).start()
    board = Board(tmp_path / "board", watch={"look_back": "1h", "emit_to": f"127.0.0.1:{agent.udp_port}"})
    facts = agent_for(tmp_path / "facts", ("board", board.intake)).start()
    facts.send_and_see(*history("M-1", start))
    board.start()
    facts.wait_delivered()
    board.wait_metric("ordertrace_board_marks_total", 2, outcome="too_old")
    board.wait_cycle()
    assert marks_of(board) == 0 and board.verdict("M-1") == "in_transit"
    assert collector.find(record="mark") == []


def test_marks_that_never_came_are_sent_again(tmp_path, collector, start):
    """A mark is due until it is among the facts; a board that has forgotten what it sent sees that it is not there."""
    agent = agent_for(tmp_path / "agent", ("jaeger", collector.url))
    board = Board(tmp_path / "board", watch={"emit_to": f"127.0.0.1:{agent.udp_port}"})
    facts = agent_for(tmp_path / "facts", ("board", board.intake)).start()
    board.start()
    facts.send_and_see(*history("M-1", start))
    facts.wait_delivered()
    board.wait_metric("ordertrace_board_marks_total", 2)
    agent.start()
    board.stop()
    board.start()
    wait_for("both marks came", lambda: len(collector.find(record="mark")) == 2)
