"""The board is killed, ended, or its disk is full, under load: what it acknowledged is there, the agents bring the rest."""

import random
import signal
import sqlite3
import time

import pytest

from board import Board
from harness import Agent, wait_for
from test_journal_full import fill, small_disk

KILLS = 8
RATE = 1000
NO_SPACE = "no space left on the disk"


def known_orders(board):
    """All that a freshly started board has in its store: the orders of the load have no status."""
    return board.metrics().sum("ordertrace_orders_in_stage")


def test_kill_under_load(tmp_path):
    board = Board(tmp_path / "board").start()
    agent = Agent(tmp_path / "agent", {"board": board.intake}).start()
    load = agent.load(RATE, 10**9)
    chance = random.Random(4)
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.2, 0.8))  # the random moment
        acknowledged = agent.scrape().get("ordertrace_spans_delivered_total", to="board")
        board.kill()
        board.start()
        found = known_orders(board)
        assert found >= acknowledged
    sent = load.stop()
    agent.wait_metric("ordertrace_datagrams_received_total", sent)
    agent.wait_delivered(30)
    last = agent.stop()
    assert last.lost_in_kernel == 0 and last.destinations["board"] == {"delivered": sent, "pending": 0, "dropped": {}}
    wait_for("all are judged", lambda: known_orders(board) == sent)
    board.stop()
    with sqlite3.connect(tmp_path / "board/orders.db") as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    print(f"{sent} orders over {KILLS} kills")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_time_under_load(tmp_path, number):
    board = Board(tmp_path / "board").start()
    agent = Agent(tmp_path / "agent", {"board": board.intake}).start()
    load = agent.load(RATE, 10**9)
    board.wait_metric("ordertrace_board_facts_total", RATE // 2)
    board.send_signal(number)
    begun = time.monotonic()
    assert board.wait(10) == 0, board.log
    assert time.monotonic() - begun < 5
    assert [line.split(" ", 1)[1] for line in board.log.splitlines()[-2:]] == ["info stopping", "info stopped"]
    board.start()
    sent = load.stop()
    agent.wait_metric("ordertrace_datagrams_received_total", sent)
    agent.wait_delivered(30)
    assert agent.stop().destinations["board"] == {"delivered": sent, "pending": 0, "dropped": {}}
    wait_for("all are judged", lambda: known_orders(board) == sent)


def test_a_full_disk_loses_nothing(tmp_path):
    with small_disk(tmp_path / "disk", "8m") as disk:
        board = Board(tmp_path / "board", store={"sqlite": {"file": str(disk / "orders.db")}}).start()
        agent = Agent(tmp_path / "agent", {"board": board.intake}).start()
        agent.load(0, 1000).sent()
        agent.wait_delivered()
        filler = fill(disk)
        agent.load(5000, 20_000, first=1000).sent()
        agent.wait_metric("ordertrace_datagrams_received_total", 21_000)
        board.wait_metric("ordertrace_board_batches_failed_total", 1)
        wait_for(lambda: f"the board says so:\n{board.log}", lambda: NO_SPACE in board.log)
        assert board.get("/healthz")[0] == 200 and board.verdict("L-0") == "on_time", "it still answers"
        assert agent.scrape().get("ordertrace_spans_pending", to="board") > 0
        assert NO_SPACE in agent.status()["destinations"][0]["last_error"]
        filler.unlink()
        agent.wait_delivered(30)
        assert agent.stop().destinations["board"] == {"delivered": 21_000, "pending": 0, "dropped": {}}
        wait_for("all are judged", lambda: known_orders(board) == 21_000)
        board.stop()
        with sqlite3.connect(disk / "orders.db") as store:
            assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
