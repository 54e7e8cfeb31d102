"""A real ClickHouse engine (chdb, installed once into the tests' cache) behind its HTTP interface, with the table that
Jaeger makes in it."""

import http.client
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

from harness import HERE, SOURCE, free_port, start_process, wait_for

PACKAGE = "chdb-core==26.9.0"

# As Jaeger 2.20 makes it.
SPANS = """CREATE TABLE IF NOT EXISTS spans (
    id String, trace_id String, trace_state String, parent_span_id String, name String, kind String,
    start_time DateTime64(9), status_code String, status_message String, duration Int64,
    bool_attributes Nested (key String, value Bool), double_attributes Nested (key String, value Float64),
    int_attributes Nested (key String, value Int64), str_attributes Nested (key String, value String),
    complex_attributes Nested (key String, value String),
    events Nested (name String, timestamp DateTime64(9),
        bool_attributes Nested (key String, value Bool), double_attributes Nested (key String, value Float64),
        int_attributes Nested (key String, value Int64), str_attributes Nested (key String, value String),
        complex_attributes Nested (key String, value String)),
    links Nested (trace_id String, span_id String, trace_state String,
        bool_attributes Nested (key String, value Bool), double_attributes Nested (key String, value Float64),
        int_attributes Nested (key String, value Int64), str_attributes Nested (key String, value String),
        complex_attributes Nested (key String, value String)),
    service_name String,
    resource_bool_attributes Nested (key String, value Bool),
    resource_double_attributes Nested (key String, value Float64),
    resource_int_attributes Nested (key String, value Int64),
    resource_str_attributes Nested (key String, value String),
    resource_complex_attributes Nested (key String, value String),
    scope_name String, scope_version String,
    scope_bool_attributes Nested (key String, value Bool), scope_double_attributes Nested (key String, value Float64),
    scope_int_attributes Nested (key String, value Int64), scope_str_attributes Nested (key String, value String),
    scope_complex_attributes Nested (key String, value String),
    INDEX idx_trace_id trace_id TYPE bloom_filter GRANULARITY 1,
    INDEX idx_start_time start_time TYPE minmax GRANULARITY 1,
    INDEX idx_duration duration TYPE minmax GRANULARITY 1
) ENGINE = MergeTree PARTITION BY toDate(start_time) ORDER BY (service_name, name, toDateTime(start_time))"""


def engine():
    """The Python that has the engine, and why there is none; installing it takes some minutes the first time."""
    given = os.environ.get("ORDERTRACE_CHDB_PYTHON")
    if given:
        return Path(given), ""
    cache = Path(os.environ.get("ORDERTRACE_CACHE", SOURCE / "tests/.cache"))
    python = cache / PACKAGE.replace("==", "-") / "bin/python"
    done = python.parents[1] / "installed"
    if done.exists():
        return python, ""
    subprocess.run([sys.executable, "-m", "venv", "--clear", python.parents[1]], check=True)
    pip = subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE],
                         capture_output=True, text=True, timeout=1800, check=False)
    if pip.returncode == 0:
        done.touch()
        return python, ""
    offline = any(word in pip.stderr for word in ("NewConnectionError", "NameResolutionError", "ConnectTimeout"))
    assert offline, pip.stderr
    return None, f"NO REAL CLICKHOUSE: pip cannot reach an index for {PACKAGE}; or set ORDERTRACE_CHDB_PYTHON"


class Clickhouse:
    """One data folder; the process may be started and stopped many times."""

    def __init__(self, directory, python, users=()):
        """`users`: name:password or name:password:ro, beside `default` without a password."""
        self.directory = Path(directory)
        self.port = free_port()
        self._python, self._users = python, users
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        log = self.directory / "clickhouse.log"
        users = [part for user in self._users for part in ("--user", user)]
        with log.open("ab") as out:
            self.process = start_process([self._python, HERE / "chdb_http.py", "--data", self.directory / "data",
                                          "--port", self.port, "--create-db", "jaeger", *users], stdout=out, stderr=out)
        wait_for(lambda: f"ClickHouse answers:\n{log.read_text()}", self._answers, 60)
        self.run(SPANS)
        return self

    def _answers(self):
        assert self.process.poll() is None, (self.directory / "clickhouse.log").read_text()
        try:
            return self.ask("SELECT 1") == "1\n"
        except OSError:
            return False

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)

    def ask(self, sql, database="jaeger", **values):
        """The answer, tab-separated."""
        query = urlencode({"database": database, **{f"param_{key}": value for key, value in values.items()}})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", f"/?{query}", sql.encode())
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status == 200, text
            return text
        finally:
            connection.close()

    run = ask
