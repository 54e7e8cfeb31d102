"""Runs a real agent with a configuration of the test's in a directory of its own, on ports nobody else uses,
and holds it to the balance of interfaces.md at every scrape and in its last log line.
Everything started here is ended by its pid; waiting is for conditions, with deadlines."""

import http.client
import itertools
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from balance import Metrics, balance_of_last_line

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ORDERTRACE_BUILD", SOURCE / "build/release")).resolve()
AGENT = BUILD / "ordertrace-agent"
BOARD = BUILD / "ordertrace-board"
CLI = BUILD / "ordertrace"
HERE = Path(__file__).resolve().parent

_started = []
_ports = itertools.cycle(random.sample(range(12000, 32000), 20000))


def wait_for(what, condition, seconds=10.0, every=0.02):
    """The condition's first true value. `what` is said when the deadline passes."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s still not: {what() if callable(what) else what}")
        time.sleep(every)


def free_port(kind=socket.SOCK_STREAM):
    """Below the range the kernel gives to outgoing connections, so that it stays free until it is bound;
    no port is given out twice, for many are asked for before the first of them is bound."""
    while True:
        port = next(_ports)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def bound_udp_socket(receive_buffer=None):
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    if receive_buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    return made


def start_process(command, **options):
    process = subprocess.Popen([str(part) for part in command], **options)
    _started.append(process)
    return process


def started_count():
    return len(_started)


def end_all(but_the_first=0):
    """Ends what was started and still runs, but for so many of the oldest."""
    while len(_started) > but_the_first:
        process = _started.pop()
        if process.poll() is None:
            process.kill()
        process.wait()


def merged(base, changes):
    result = dict(base)
    for key, value in changes.items():
        result[key] = merged(result[key], value) if isinstance(value, dict) and isinstance(result.get(key), dict) else value
    return result


class Daemon:
    """A program that runs until it is told to end; a subclass has `name`, `directory` and `runs`, and starts it."""

    process = None
    environment = {}

    @property
    def pid(self):
        return self.process.pid

    @property
    def log_path(self):
        return self.directory / f"log.{self.runs}"

    @property
    def log(self):
        return self.log_path.read_text(errors="backslashreplace")

    def launch(self, command, **options):
        self.runs += 1
        environment = {**os.environ, "TMPDIR": str(self.directory), **self.environment}  # what is killed leaves things there
        with self.log_path.open("wb") as log:
            self.process = start_process(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                         env=environment, **options)

    def wait_until(self, what, condition, seconds=15):
        """As wait_for, while the program runs."""
        def still_running():
            assert self.process.poll() is None, f"the {self.name} ended with {self.process.returncode}:\n{self.log}"
            return condition()
        return wait_for(what, still_running, seconds)

    def send_signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def wait(self, seconds=15):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the {self.name} has not ended within {seconds} s:\n{self.log}") from None


class Agent(Daemon):
    """One configuration and journal directory; the process may be started and stopped many times."""

    name = "agent"

    def __init__(self, directory, destinations, sockets=(), **changes):
        """`destinations`: url by name, or a whole export list. `changes` go over the base configuration, key by key."""
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.sockets = list(sockets)
        self.udp_port = self.sockets[0].getsockname()[1] if self.sockets else free_port(socket.SOCK_DGRAM)
        self.admin_port = free_port()
        self.environment = {}
        self.host = None  # the name of the host it believes to be on, which takes root; none: this one's
        self.runs = 0
        if isinstance(destinations, dict):
            destinations = [destination(name, url) for name, url in destinations.items()]
        self.config = merged({
            "version": 1, "system": "mes", "namespace": "shop",
            "listen": [{"udp": f"127.0.0.1:{self.udp_port}"}],
            "journal": {"directory": str(self.directory / "journal")},
            "export": destinations,
            "admin": {"listen": f"127.0.0.1:{self.admin_port}"},
            "beat_every": "0",
            "shutdown": {"deadline": "5s"},
        }, changes)

    # the process

    @property
    def config_file(self):
        return self.directory / "agent.yaml"

    @property
    def journal(self):
        return Path(self.config["journal"]["directory"])

    def write_config(self):
        self.config_file.write_text(json.dumps(self.config, indent=1))  # JSON is YAML

    def start(self, ready=True):
        self.write_config()
        command, fds = [AGENT, "--config", self.config_file], [s.fileno() for s in self.sockets]
        if fds:
            command = ["bash", "-c", _pass_sockets(fds) + ' exec "$@"', "bash", *command]
        if self.host:
            command = ["unshare", "--uts", "bash", "-c", 'hostname "$0" && exec "$@"', self.host, *command]
        self.launch(command, pass_fds=fds)
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=15):
        self.wait_until("the agent is ready", lambda: self.get("/readyz", missing_ok=True)[0] == 200, seconds)

    def stop(self, seconds=15):
        """Drains, ends, and returns the balance of the last log line, which must add up."""
        self.send_signal(signal.SIGTERM)
        code = self.wait(seconds)
        assert code == 0, f"exit code {code}:\n{self.log}"
        return self.last_balance()

    def last_balance(self):
        lines = self.log.strip().splitlines()
        return balance_of_last_line(lines[-1] if lines else "")

    # what it says

    def get(self, path, missing_ok=False):
        """Status and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            if missing_ok:
                return 0, ""
            raise
        finally:
            connection.close()

    def scrape(self):
        status, text = self.get("/metrics")
        assert status == 200, text
        return Metrics(text).check_balance()

    def status(self):
        status, text = self.get("/status")
        assert status == 200, text
        return json.loads(text)

    def wait_metric(self, name, value, seconds=10, **labels):
        """Until the metric is at least `value`; the balance is checked at every look."""
        last = []

        def reached():
            last[:] = [self.scrape()]
            return last[0].sum(name, **labels) >= value
        wait_for(lambda: f"{name}{labels} >= {value}, it is {last[0].sum(name, **labels)}", reached, seconds)
        return last[0]

    def wait_delivered(self, seconds=15):
        """Until nothing is pending for any destination."""
        last = []

        def delivered():
            last[:] = [self.scrape()]
            return last[0].sum("ordertrace_spans_pending") == 0
        wait_for(lambda: f"all delivered, pending are {last[0].by('ordertrace_spans_pending', 'to')}", delivered, seconds)
        return last[0]

    def resident_kib(self):
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text()).group(1))

    # what it is told

    def send(self, *lines):
        """Each line in a datagram of its own, from Python."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            for line in lines:
                out.sendto(line if isinstance(line, bytes) else line.encode(), ("127.0.0.1", self.udp_port))

    def send_and_see(self, *lines):
        """Sends, and waits until as many datagrams more are received."""
        before = self.scrape().get("ordertrace_datagrams_received_total")
        self.send(*lines)
        return self.wait_metric("ordertrace_datagrams_received_total", before + len(lines))

    def load(self, rate, count, first=0):
        """A program that sends `count` span lines, each an order of its own, at `rate` a second."""
        return Load(self.udp_port, rate, count, first)


class Load:
    """The sender as a process of its own; `sent()` waits for its end."""

    def __init__(self, port, rate, count, first=0):
        self._process = start_process([sys.executable, HERE / "load_sender.py", port, rate, count, first], stdout=subprocess.PIPE, text=True)

    def running(self):
        return self._process.poll() is None

    def stop(self):
        self._process.terminate()
        return self.sent()

    def sent(self, seconds=120):
        text, _ = self._process.communicate(timeout=seconds)
        assert self._process.returncode == 0
        return int(text)


def destination(name, url, **changes):
    return merged({"name": name, "url": [url] if isinstance(url, str) else url, "timeout": "10s",
                   "retry": {"first": "50ms", "max": "500ms"}}, changes)


def _pass_sockets(fds):
    """Shell words that hand the descriptors over as systemd does: from 3 on, for exactly this process."""
    moves = "".join(f"exec {200 + n}<&{fd} {fd}<&-; " for n, fd in enumerate(fds))
    moves += "".join(f"exec {3 + n}<&{200 + n} {200 + n}<&-; " for n in range(len(fds)))
    return f"{moves}export LISTEN_FDS={len(fds)} LISTEN_PID=$$;"


def run(*command, seconds=30, **options):
    """Runs a program to its end; exit code, stdout and stderr are in the result."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=seconds, check=False, **options)
