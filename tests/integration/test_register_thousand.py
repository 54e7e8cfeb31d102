"""A thousand orders on their way, five of them stuck by different causes: exactly these are told, from the first cycle
after their limit, and no longer than until the first cycle after what was missing."""

import json
import time

import pytest

from board import Board
from harness import CLI, Agent, run, wait_for

ORDERS, STUCK = 1000, 5
LIMIT = 4  # seconds, of everything that may go wrong here
LIFECYCLE = {
    "skew": "100ms", "retry_within": f"{LIMIT}s",
    "stages": {"CREATED": {"reaches": {"crm": f"{LIMIT}s", "mes": f"{LIMIT}s"}, "within": f"{LIMIT}s"},
               "PRICE_CALCULATED": {"reaches": {"crm": f"{LIMIT}s"}, "within": "24h"},
               "MANUFACTURING_STARTED": {"reaches": {"crm": f"{LIMIT}s"}}},
}
SYSTEMS = ["crm", "online-shop"]


@pytest.fixture
def board(tmp_path):
    return Board(tmp_path / "board", LIFECYCLE).start()


@pytest.fixture
def agent(tmp_path, board):
    made = Agent(tmp_path / "agent", {"board": board.intake})
    made.config["listen"][0]["systems"] = SYSTEMS
    return made.start()


def micros(moment):
    return round(moment * 1e6)


def healthy(number, now):
    """In one of three places where nothing is due."""
    order, at = f"H-{number}", micros(now - 60)
    return [
        [f"status {order} st=PRICE_CALCULATED t={at}", f"status {order} st=PRICE_CALCULATED t={at} sys=crm"],
        [f"status {order} st=MANUFACTURING_STARTED t={at}", f"status {order} st=MANUFACTURING_STARTED t={at} sys=crm",
         f"span {order} step=cut_panel t={at + 5} us=4"],
        [f"status {order} st=SHIPPED t={at}", f"status {order} st=SHIPPED t={at} sys=crm", f"status {order} st=SHIPPED t={at} sys=online-shop"],
    ][number % 3]


def stuck_orders(now):
    """By verdict: the lines, what must come for it to be well again, and when its limit passes."""
    moments = [now + number * 0.4 for number in range(5)]
    at = [micros(moment) for moment in moments]
    price = "st=PRICE_CALCULATED"
    return {
        "failed": ([f"status failed {price} t={at[0] - 9_000_000}", f"status failed {price} t={at[0] - 9_000_000} sys=crm",
                    f"span failed step=push t={at[0]} us=5 try=1 of=2 res=fail"],
                   ["span failed step=push us=5 try=2 of=2 res=ok"], moments[0] + LIMIT),
        "not_sent": ([f"status not_sent {price} t={at[1]}"], [f"status not_sent {price} sys=crm"], moments[1] + LIMIT),
        "in_transit": ([f"status in_transit {price} t={at[2]}", f"sent in_transit to=crm via=q.price msg=1 t={at[2] + 1}"],
                       [f"status in_transit {price} sys=crm"], moments[2] + LIMIT),
        "received_not_applied": ([f"status received_not_applied {price} t={at[3]}",
                                  f"recv received_not_applied from=mes sys=crm t={at[3] + 1}"],
                                 [f"status received_not_applied {price} sys=crm"], moments[3] + LIMIT),
        "late": ([f"status late st=CREATED sys={system} t={at[4]}" for system in ("online-shop", "crm", "mes")],
                 [f"status late {price}", f"status late {price} sys=crm"], moments[4] + LIMIT),
    }


def look(board):
    """(the last cycle before, what is listed, the time after): a cycle judges by its own beginning."""
    before = board.metrics()
    return before.get("ordertrace_board_last_cycle_timestamp_seconds"), board.stuck(), time.time()


def test_exactly_these_five(board, agent):
    lines = [line for number in range(ORDERS - STUCK) for line in healthy(number, time.time())]
    for first in range(0, len(lines), 100):
        agent.send_and_see("\n".join("ord1 " + line for line in lines[first:first + 100]))
    agent.wait_delivered()
    now = time.time()
    stuck = stuck_orders(now)
    agent.send_and_see("\n".join("ord1 " + line for its_lines, _, _ in stuck.values() for line in its_lines))
    agent.wait_delivered()
    assert len(stuck) == STUCK and time.time() < now + LIMIT, "too slow a machine: a limit has passed before all was told"

    def all_are_told():
        last_cycle, listed, after = look(board)
        assert {order for order, (_, _, due) in stuck.items() if due <= last_cycle} <= set(listed), "not told at once"
        assert {order for order in listed if order not in stuck or stuck[order][2] > after} == set(), "told too early"
        return len(listed) == len(stuck)
    wait_for("all five are told", all_are_told, 20)
    assert board.stuck() == {order: order for order in stuck}, "each order is named by its verdict"
    board.wait_cycle()
    metrics = board.metrics()
    assert metrics.sum("ordertrace_orders_in_stage") == ORDERS and metrics.sum("ordertrace_stuck_orders") == len(stuck)
    assert metrics.by("ordertrace_stuck_orders", "verdict") == {**dict.fromkeys(metrics.by("ordertrace_stuck_orders", "verdict"), 0),
                                                                 **dict.fromkeys(stuck, 1)}
    asked(board, 1, set(stuck))
    assert [stage["stuck"] for stage in board.json("/api/stages")["stages"] if stage["stage"] == "CREATED"] == [1]

    agent.send_and_see(*("ord1 " + line for _, missing, _ in stuck.values() for line in missing))
    agent.wait_delivered()
    board.wait_cycle()
    assert board.stuck() == {}
    asked(board, 0, set())
    assert board.metrics().sum("ordertrace_stuck_orders") == 0
    board.stop()
    agent.stop()


def asked(board, code, orders):
    for command in ("stuck", "lost"):
        result = run(CLI, command, "--json", "--board", board.url)
        found = {order["order"] for order in json.loads(result.stdout)["orders"]}
        assert result.returncode == code and result.stderr == "", result
        assert found == (orders if command == "stuck" else orders & {"not_sent", "in_transit", "received_not_applied"})
        as_text = run(CLI, command, "--board", board.url)
        assert as_text.returncode == code and all(order in as_text.stdout for order in found), as_text
