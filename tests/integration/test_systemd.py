"""What systemd is told, on a notification socket of the test's."""

import os
import signal
import socket

import pytest

from board import Board
from harness import Agent, free_port, wait_for


@pytest.fixture
def notified(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
        inbox.bind(str(tmp_path / "notify"))
        inbox.settimeout(10)
        yield inbox


def read_until(inbox, word, seen):
    """Reads messages until one has the word; all lines read so far are in `seen`."""
    while not any(line.startswith(word) for line in seen):
        seen.extend(inbox.recv(4096).decode().splitlines())
    return seen


def test_ready_reloading_watchdog_stopping(tmp_path, collector, notified):
    agent = Agent(tmp_path, {"jaeger": collector.url})
    agent.environment = {"NOTIFY_SOCKET": notified.getsockname(), "WATCHDOG_USEC": "400000"}
    agent.start()
    read_until(notified, "READY=1", [])
    for _ in range(2):
        read_until(notified, "WATCHDOG=1", [])
    agent.send_signal(signal.SIGHUP)
    said = read_until(notified, "READY=1", read_until(notified, "RELOADING=1", []))
    assert any(line.startswith("MONOTONIC_USEC=") for line in said), said
    agent.send_signal(signal.SIGTERM)
    read_until(notified, "STOPPING=1", [])
    agent.wait()


def test_a_board_that_begins_anew_goes_on_telling(tmp_path, notified):
    board = Board(tmp_path)
    board.environment = {"NOTIFY_SOCKET": notified.getsockname(), "WATCHDOG_USEC": "400000"}
    board.start()
    read_until(notified, "READY=1", [])
    for _ in range(2):
        board.send_signal(signal.SIGHUP)
        read_until(notified, "READY=1", read_until(notified, "RELOADING=1", []))
        read_until(notified, "WATCHDOG=1", [])
        read_until(notified, "WATCHDOG=1", [])
    board.send_signal(signal.SIGTERM)
    read_until(notified, "STOPPING=1", [])
    board.wait()


def test_a_reload_while_draining_does_not_say_ready(tmp_path, notified):
    """With a collector that is not there, so that draining lasts."""
    agent = Agent(tmp_path, {"jaeger": f"http://127.0.0.1:{free_port()}/api/traces"}, shutdown={"deadline": "2s"})
    agent.environment = {"NOTIFY_SOCKET": notified.getsockname()}
    agent.start()
    agent.send_and_see("ord1 status A1 st=CUT")
    read_until(notified, "READY=1", [])
    agent.send_signal(signal.SIGTERM)
    said = read_until(notified, "STOPPING=1", [])
    agent.send_signal(signal.SIGHUP)
    agent.wait()
    notified.setblocking(False)
    try:
        while True:
            said.extend(notified.recv(4096).decode().splitlines())
    except BlockingIOError:
        pass
    assert not any(line.startswith(("READY", "RELOADING")) for line in said), said


def test_an_abstract_socket_and_a_watchdog_for_another_process(tmp_path, collector):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
        inbox.bind(f"\0ordertrace-test-{os.getpid()}")
        inbox.settimeout(10)
        agent = Agent(tmp_path, {"jaeger": collector.url})
        agent.environment = {"NOTIFY_SOCKET": f"@ordertrace-test-{os.getpid()}", "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"}
        agent.start()
        said = read_until(inbox, "READY=1", [])
        agent.send_signal(signal.SIGTERM)
        read_until(inbox, "STOPPING=1", said)
        agent.wait()
        assert not any(line.startswith("WATCHDOG") for line in said)


def test_without_systemd_nothing_is_missed(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url})
    agent.environment = {"NOTIFY_SOCKET": str(tmp_path / "nobody-listens")}
    agent.start()
    agent.send_and_see("ord1 status A1 st=CUT")
    wait_for("it works", lambda: collector.find(record="status"))
    agent.stop()
