"""`ordertrace tail` beside the real logrotate, both ways: while a service writes, and while the tail is not running.
What counts is what stands in the log's files: copytruncate itself may lose what is written between its two steps."""

import re
import shutil
import signal
import subprocess
import sys

import pytest

from event_door import EventDoor
from harness import CLI, SOURCE, Agent, run, start_process, wait_for

SHIPPED = SOURCE / "deploy/adapters/log-files"
MAP = SHIPPED / "shop.map.yaml"
LINE = "2026-11-22T03:00:00.{n:06}+00:00 INFO order=A{n} status=CUT by clerk7"

# Writes numbered lines until it is told to stop; SIGHUP opens the log anew. Some lines come in two halves.
WRITER = f"""
import signal, sys, time
path, first = sys.argv[1], int(sys.argv[2])
log = open(path, "a", buffering=1 << 20)
state = {{"reopen": False, "stop": False}}
signal.signal(signal.SIGHUP, lambda *_: state.update(reopen=True))
signal.signal(signal.SIGTERM, lambda *_: state.update(stop=True))
n = first
while not state["stop"]:
    line = {LINE!r}.format(n=n) + "\\n"
    log.write(line[:20]); log.flush()
    log.write(line[20:]); log.flush()
    n += 1
    time.sleep(0.0005)
    if state["reopen"]:
        state["reopen"] = False
        log.write({LINE!r}.format(n=n) + "\\n"); log.close()  # a late flush into the old file
        n += 1
        log = open(path, "a", buffering=1 << 20)
log.close()
print(n)
"""


class Shop:
    """A log, its writer and its logrotate."""

    def __init__(self, directory, how):
        self.directory = directory / "log"
        self.directory.mkdir()
        self.log = self.directory / "shop.log"
        self.how = how
        self.next = 0
        self.writer = None
        self.state = directory / "logrotate.state"
        self.config = directory / "logrotate.conf"
        hup = "" if how == "copytruncate" else "postrotate\n kill -HUP $(cat %s)\nendscript\n" % (directory / "pid")
        self.pid_file = directory / "pid"
        create = how if how == "copytruncate" else "create 0644"
        self.config.write_text(f"{self.log} {{\n rotate 20\n {create}\n nocompress\n{hup}}}\n")
        self.config.chmod(0o644)

    def start_writing(self):
        self.writer = start_process([sys.executable, "-c", WRITER, self.log, self.next], stdout=subprocess.PIPE, text=True)
        self.pid_file.write_text(str(self.writer.pid))
        wait_for("it writes", lambda: self.log.exists() and self.log.stat().st_size > 0)

    def stop_writing(self):
        self.writer.send_signal(signal.SIGTERM)
        self.next = int(self.writer.communicate(timeout=20)[0])

    def rotate(self):
        done = run("/usr/sbin/logrotate", "--force", "--state", self.state, self.config)
        assert done.returncode == 0, done

    def written(self):
        """The orders in all files of the log."""
        text = "".join(path.read_text() for path in self.directory.glob("shop.log*") if not path.name.endswith("ordertrace"))
        return re.findall(r"order=(A\d+) status=CUT by clerk7\n", text)


@pytest.fixture(autouse=True)
def logrotate():
    if not shutil.which("logrotate", path="/usr/sbin"):
        pytest.fail("there is no logrotate: deploy/packages.sh tests installs it", pytrace=False)


def orders_in(lines):
    return [line.split()[2] for line in lines]


def start_tail(shop, door):
    return start_process([CLI, "tail", shop.log, "--map", MAP, "--to", door.url], stderr=subprocess.PIPE, text=True)


def stop(process):
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    return errors


@pytest.mark.parametrize("how", ["create", "copytruncate"])
def test_each_line_once_while_the_log_is_rotated(tmp_path, how):
    shop = Shop(tmp_path, how)
    with EventDoor() as door:
        shop.start_writing()
        tail = start_tail(shop, door)
        for _ in range(4):
            seen = len(door.lines)
            wait_for("the tail goes on", lambda: len(door.lines) > seen + 200, 20)
            shop.rotate()
        shop.stop_writing()
        written = shop.written()
        wait_for(lambda: f"all came: {len(door.lines)} of {len(written)}", lambda: len(door.lines) >= len(written), 20)
        errors = stop(tail)
        assert orders_in(door.lines) == sorted(set(written), key=lambda order: int(order[1:])), errors
        assert how == "copytruncate" or len(written) == shop.next
        assert "missing" not in errors and "cut" not in errors, errors


@pytest.mark.parametrize("how", ["create", "copytruncate"])
def test_each_line_once_though_the_log_was_rotated_in_a_pause(tmp_path, how):
    shop = Shop(tmp_path, how)
    with EventDoor() as door:
        for rotations in (0, 1, 3):
            tail = start_tail(shop, door)
            shop.start_writing()
            seen = len(door.lines)
            wait_for("the tail goes on", lambda: len(door.lines) > seen + 100, 20)
            stop(tail)
            size = shop.log.stat().st_size
            for _ in range(rotations):
                wait_for("more is written", lambda: shop.log.stat().st_size > size + 10000, 20)
                shop.rotate()
                size = 0
            shop.stop_writing()
        written = shop.written()
        tail = start_tail(shop, door)
        wait_for(lambda: f"all came: {len(door.lines)} of {len(written)}", lambda: len(door.lines) >= len(written), 20)
        errors = stop(tail)
        assert orders_in(door.lines) == sorted(set(written), key=lambda order: int(order[1:])), errors


def test_the_unit_follows_what_its_settings_name(tmp_path):
    """Its command line, with what systemd would put in. What systemd says of the unit is in test_systemd_units.py."""
    unit = (SHIPPED / "ordertrace-tail@.service").read_text()
    (settings,) = re.findall("^EnvironmentFile=/etc/ordertrace/(.*)$", unit, re.MULTILINE)
    (command,) = re.findall(r"^ExecStart=/usr/bin/ordertrace ((?:.*\\\n)*.*)$", unit, re.MULTILINE)
    (state,) = re.findall("^StateDirectory=(.*)$", unit, re.MULTILINE)
    values = dict(re.findall("^(\\w+)=(.*)$", (SHIPPED / settings.replace("%i", "shop")).read_text(), re.MULTILINE))
    shop = Shop(tmp_path, "create")
    shop.log.write_text(LINE.format(n=1) + "\n")
    (tmp_path / state.replace("%i", "shop")).mkdir()
    with EventDoor() as door:
        assert values == {"ORDERTRACE_LOG": "/var/log/shop/shop.log", "ORDERTRACE_TO": "http://127.0.0.1:4749"}
        for name, value in (("\\\n", ""), ("${ORDERTRACE_LOG}", shop.log), ("${ORDERTRACE_TO}", door.url),
                            ("/etc/ordertrace", SHIPPED), ("%i", "shop"), ("%S", tmp_path)):
            command = command.replace(name, str(value))
        tail = start_process([CLI, *command.split()], stderr=subprocess.PIPE, text=True)
        wait_for("it follows", lambda: orders_in(door.lines) == ["A1"])
        stop(tail)
    assert sorted(path.name for path in shop.directory.iterdir()) == ["shop.log"], "the state is elsewhere"
    assert (tmp_path / "ordertrace-tail-shop/place").exists()


def test_what_the_agent_counts_is_what_was_written(tmp_path, collector):
    """The real agent by UDP, and Jaeger's side of it."""
    agent = Agent(tmp_path / "agent", {"jaeger": collector.url}).start()
    shop = Shop(tmp_path, "create")
    shop.start_writing()
    tail = start_process([CLI, "tail", shop.log, "--map", MAP, "--to", f"127.0.0.1:{agent.udp_port}"], stderr=subprocess.PIPE)
    agent.wait_metric("ordertrace_events_accepted_total", 100, verb="status")
    shop.rotate()
    shop.stop_writing()
    agent.wait_metric("ordertrace_events_accepted_total", shop.next, seconds=20, verb="status")
    stop(tail)
    agent.wait_delivered()
    assert len(collector.find(record="status")) == shop.next == agent.scrape().get("ordertrace_datagrams_received_total")
    agent.stop()
