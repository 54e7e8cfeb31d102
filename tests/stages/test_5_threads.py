"""ThreadSanitizer on everything that has threads: the rooms, then the whole agent under load, then the whole board."""
import os

import pytest
from building import ROOT, build, run

TWO_THREADS = ["agent", "doors", "export", "journal", "ops", "steps", "udp"]


def build_for_threads():
    return build("tsan", *(f"unit_{room}" for room in TWO_THREADS), "ordertrace-agent",
                 "ordertrace-board", "ordertrace")


@pytest.mark.parametrize("room", TWO_THREADS)
def test_room(room):
    run(build_for_threads() / f"unit_{room}", timeout=600)


@pytest.mark.parametrize("test", ["test_balance.py", "test_board_tls.py", "test_ways_in.py"])
def test_program(test):
    environment = dict(os.environ, ORDERTRACE_BUILD=str(build_for_threads()), TSAN_OPTIONS="halt_on_error=1:exitcode=66")
    run("/usr/bin/python3", "-m", "pytest", "-p", "no:cacheprovider", "-q", ROOT / "tests/integration" / test,
        timeout=600, env=environment)
