"""Fixtures of the integration tests, and their total in one line."""

import time

import pytest

import harness
from fault_collector import FaultCollector

_began = time.monotonic()


@pytest.fixture
def collector():
    with FaultCollector() as running:
        yield running


@pytest.fixture
def second_collector():
    with FaultCollector() as running:
        yield running


@pytest.fixture
def down():
    """A collector that is not there, until the test starts it."""
    reserved = FaultCollector()
    yield reserved
    reserved.close()


@pytest.fixture(scope="module")
def module_collector():
    with FaultCollector() as running:
        yield running


@pytest.fixture(autouse=True)
def leave_nothing_behind():
    """What a failed test did not end is ended here; the processes of module fixtures live on."""
    before = harness.started_count()
    yield
    harness.end_all(before)


@pytest.fixture(autouse=True, scope="module")
def leave_nothing_behind_of_the_module():
    yield
    harness.end_all()


def pytest_sessionstart():
    if not harness.AGENT.exists():
        pytest.exit(f"there is no {harness.AGENT}: build it first (cmake --preset release && cmake --build --preset release), "
                    f"or set ORDERTRACE_BUILD", returncode=2)


def pytest_terminal_summary(terminalreporter):
    count = {name: len(terminalreporter.stats.get(name, [])) for name in ("passed", "failed", "error", "skipped")}
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(f"SKIPPED {report.nodeid}: {report.longrepr[2]}")
    terminalreporter.write_line(f"integration: {count['passed']} passed, {count['failed'] + count['error']} failed, "
                                f"{count['skipped']} skipped in {time.monotonic() - _began:.0f} s")
