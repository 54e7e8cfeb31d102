"""Fixtures of the integration tests, and their total in one line."""

import pytest

import harness
from fault_collector import FaultCollector


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


@pytest.fixture(autouse=True, scope="session")
def programs_are_built():
    for program in (harness.AGENT, harness.BOARD, harness.CLI):
        if not program.exists():
            pytest.fail(f"there is no {program}: build it (cmake --preset release && cmake --build --preset release), "
                        f"or set ORDERTRACE_BUILD", pytrace=False)


def pytest_terminal_summary(terminalreporter, config):
    """Of the tests in this folder, whatever else ran with them; what was skipped is said with its reason."""
    here = harness.HERE.relative_to(config.rootpath) if harness.HERE.is_relative_to(config.rootpath) else harness.HERE
    prefix = "" if str(here) == "." else f"{here}/"
    count = {}
    for name in ("passed", "failed", "error", "skipped"):
        reports = [r for r in terminalreporter.stats.get(name, []) if r.nodeid.startswith(prefix)]
        count[name] = len(reports)
        for report in reports if name == "skipped" else []:
            terminalreporter.write_line(f"SKIPPED {report.nodeid}: {report.longrepr[2]}")
    terminalreporter.write_line(f"integration: {count['passed']} passed, {count['failed'] + count['error']} failed, {count['skipped']} skipped")
