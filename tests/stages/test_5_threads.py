"""ThreadSanitizer on everything that has two threads: the rooms, then the whole agent under load."""
import os

import pytest
from building import ROOT, build, run

TWO_THREADS = ["journal", "export", "ops", "intake", "steps"]


@pytest.mark.parametrize("room", TWO_THREADS)
def test_room(room):
    run(build("tsan") / f"unit_{room}", timeout=600)


def test_agent_under_load():
    environment = dict(os.environ, ORDERTRACE_BUILD=str(build("tsan")), TSAN_OPTIONS="halt_on_error=1:exitcode=66")
    run("/usr/bin/python3", "-m", "pytest", "-p", "no:cacheprovider", "-q", ROOT / "tests/integration/test_balance.py",
        timeout=600, env=environment)
