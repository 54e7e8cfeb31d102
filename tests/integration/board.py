"""Runs a real ordertrace-board with a configuration, a lifecycle and a store of the test's, on ports nobody else uses,
and asks it over HTTP as anybody would."""

import http.client
import json
import signal
from pathlib import Path
from urllib.parse import quote

import yaml

from balance import Metrics
from harness import BOARD, SOURCE, Daemon, free_port, merged

THRIFT = "application/vnd.apache.thrift.binary"


def shipped_lifecycle():
    return yaml.safe_load((SOURCE / "config/lifecycle.yaml").read_text())


class Board(Daemon):
    """One configuration and one store; the process may be started and stopped many times."""

    name = "board"

    def __init__(self, directory, lifecycle=None, **changes):
        """`lifecycle` goes over the one that ships, `changes` over the base configuration, key by key."""
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.web_port, self.intake_port = free_port(), free_port()
        self.environment = {}
        self.runs = 0
        self.lifecycle = merged(shipped_lifecycle(), lifecycle or {})
        self.config = merged({
            "version": 1, "lifecycle": "lifecycle.yaml",
            "store": {"sqlite": {"file": "orders.db", "intake": f"127.0.0.1:{self.intake_port}"}},
            "web": {"listen": f"127.0.0.1:{self.web_port}"},
            "watch": {"every": "1s", "emit_to": ""},
            "shutdown": {"deadline": "5s"},
        }, changes)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def intake(self):
        """What agents have under `export`."""
        return f"http://127.0.0.1:{self.intake_port}/api/traces"

    @property
    def config_file(self):
        return self.directory / "board.yaml"

    # the process

    def write_config(self):
        self.config_file.write_text(json.dumps(self.config, indent=1))  # JSON is YAML
        (self.directory / "lifecycle.yaml").write_text(json.dumps(self.lifecycle, indent=1))

    def start(self, ready=True):
        self.write_config()
        self.launch([BOARD, "--config", self.config_file])
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self):
        self.wait_until("the board is ready", lambda: self.get("/readyz", missing_ok=True)[0] == 200)

    def stop(self, seconds=15):
        self.send_signal(signal.SIGTERM)
        code = self.wait(seconds)
        assert code == 0, f"exit code {code}:\n{self.log}"

    # what it says

    def get(self, path, missing_ok=False, **headers):
        """Status and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.web_port, timeout=10)
        try:
            connection.request("GET", path, headers={key.replace("_", "-"): value for key, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            if missing_ok:
                return 0, ""
            raise
        finally:
            connection.close()

    def json(self, path, status=200, **headers):
        found, text = self.get(path, **headers)
        assert found == status, f"{path}: {found} {text}"
        return json.loads(text)

    def order(self, order, status=200, **headers):
        return self.json(f"/api/orders/{quote(order, safe='')}", status, **headers)

    def verdict(self, order):
        """Its word alone; also of an order that is not known (yet)."""
        return json.loads(self.get(f"/api/orders/{quote(order, safe='')}")[1])["verdict"]

    def stuck(self):
        """Verdict by order, over all pages of the list."""
        found, cursor = {}, None
        while True:
            page = self.json("/api/stuck" + (f"?cursor={quote(cursor)}" if cursor else ""))
            for order in page["orders"]:
                assert order["order"] not in found, f"{order['order']} is listed twice"
                found[order["order"]] = order["verdict"]
            cursor = page["next"]
            if cursor is None:
                return found

    def metrics(self):
        status, text = self.get("/metrics")
        assert status == 200, text
        return Metrics(text)

    def wait_metric(self, name, value, seconds=10, **labels):
        last = []

        def reached():
            last[:] = [self.metrics()]
            return last[0].sum(name, **labels) >= value
        self.wait_until(lambda: f"{name}{labels} >= {value}, it is {last[0].sum(name, **labels)}", reached, seconds)
        return last[0]

    def cycles(self):
        return self.metrics().get("ordertrace_board_cycles_total")

    def wait_cycle(self):
        """Until the watcher has gone through a whole cycle that began after now."""
        self.wait_metric("ordertrace_board_cycles_total", self.cycles() + 2)

    # what it is given

    def post(self, body, path="/api/traces", method="POST", content_type=THRIFT, **headers):
        """To the intake; status and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.intake_port, timeout=30)
        try:
            head = {key.replace("_", "-"): value for key, value in headers.items()}
            if content_type:
                head["Content-Type"] = content_type
            connection.request(method, path, body, head)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()
