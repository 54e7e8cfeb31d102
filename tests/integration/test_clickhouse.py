"""The second store of the order register on a real ClickHouse engine: what every store must do."""

import os
import subprocess

import pytest

import clickhouse
from harness import BUILD


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    python, why_not = clickhouse.engine()
    if why_not:
        pytest.skip(why_not)
    running = clickhouse.Clickhouse(tmp_path_factory.mktemp("clickhouse"), python).start()
    yield running
    running.stop()


def unit_store():
    """The unit test of the store, of whichever build there is."""
    given = os.environ.get("ORDERTRACE_UNIT_STORE")
    return given or next((str(found) for found in (BUILD / "unit_store", BUILD.parent / "asan/unit_store")
                          if found.exists()), None)


def test_the_store_does_what_every_store_must_do(engine):
    program = unit_store()
    assert program, "build unit_store (cmake --build --preset asan), or set ORDERTRACE_UNIT_STORE"
    done = subprocess.run([program, "[.clickhouse]"], capture_output=True, text=True, timeout=300, check=False,
                          env={**os.environ, "ORDERTRACE_CLICKHOUSE_PORT": str(engine.port)})
    assert done.returncode == 0, done.stdout + done.stderr
