"""The adapter for commands as its page shows it: the line of the crontab, run as cron runs it."""

import os
import re

import pytest

from harness import CLI, SOURCE, Agent, run
from ids import trace_id

SHIPPED = SOURCE / "deploy/adapters/command"


def line_of(crontab):
    (line,) = re.findall(r"^17 \* \* \* \*\s+(.*)$", crontab, flags=re.MULTILINE)
    return line


@pytest.fixture
def agent(tmp_path, collector):
    running = Agent(tmp_path / "agent", {"jaeger": collector.url}).start()
    yield running
    running.stop()


def by_cron(agent, home, script):
    """cron's environment, and an agent on a port of the test's."""
    home.mkdir()
    (home / "export.sh").write_text(script)
    (home / "export.sh").chmod(0o755)
    (home / "next-order").write_text("10042\n")
    crontab = (SHIPPED / "crontab").read_text()
    path = re.search(r"^PATH=(.*)$", crontab, flags=re.MULTILINE).group(1)
    line = line_of(crontab).replace("run --order", f"run --to 127.0.0.1:{agent.udp_port} --order")
    environment = {"HOME": str(home), "LOGNAME": "nobody", "SHELL": "/bin/sh", "PATH": f"{CLI.parent}{os.pathsep}{path}"}
    done = run("/bin/sh", "-c", line, env=environment, cwd=home)
    agent.wait_metric("ordertrace_events_received_total", 2)
    agent.wait_delivered()
    return done


@pytest.mark.parametrize("first", ["#!/bin/sh\n", ""], ids=["a script", "one without its first line"])
@pytest.mark.parametrize("command, code, result", [("echo exported", 0, "ok"), ("exit 3", 3, "fail"), ("kill -TERM $$", 143, "fail")])
def test_a_line_of_the_crontab(tmp_path, agent, collector, command, code, result, first):
    done = by_cron(agent, tmp_path / "home", f"{first}{command}\n")
    assert done.returncode == code and done.stderr == ""
    assert done.stdout == ("exported\n" if code == 0 else "")
    step = collector.only(record="step")
    assert (step.name, step.trace_id, step.value("order.result")) == ("nightly_export", trace_id("shop", "10042"), result)
    if code == 3:
        assert step.value("order.rc") == 3


def test_the_page_shows_the_crontab():
    assert line_of((SHIPPED / "README.md").read_text()) == line_of((SHIPPED / "crontab").read_text())
