"""The journal's limits and the disk's: the oldest is dropped and counted; a full or read-only disk is survived in memory."""

import os
import subprocess
from contextlib import contextmanager, suppress

import pytest

import ids
import wire
from harness import Agent, wait_for

NOTE = "x" * 600


@contextmanager
def small_disk(directory, size):
    """A tmpfs of its own; skips where it cannot be mounted."""
    directory.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", directory], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"NO SMALL DISK: mounting a tmpfs is not allowed here ({done.stderr.decode().strip()})")
    try:
        yield directory
    finally:
        subprocess.run(["umount", "-l", directory], check=True)


def fill(directory):
    path = directory / "filler"
    with path.open("wb", buffering=0) as out, suppress(OSError):
        while out.write(b"\0" * 4096):
            pass
    return path


def send_bulk(agent, count, first=0):
    for at in range(first, first + count, 50):
        agent.send_and_see("\n".join(f"ord1 span J-{n} step=load us=5 :{NOTE}" for n in range(at, at + 50)))


def in_memory(agent):
    return agent.scrape().get("ordertrace_journal_in_memory")


def test_beyond_the_limit_the_oldest_is_dropped_and_counted(tmp_path, down):
    agent = Agent(tmp_path, {"jaeger": down.url}, journal={"limit": "1MiB"}).start()
    send_bulk(agent, 3000)
    metrics = agent.scrape()
    assert metrics.get("ordertrace_journal_bytes") <= metrics.get("ordertrace_journal_limit_bytes") == 1 << 20
    on_disk = sum(f.stat().st_size for f in agent.journal.rglob("*.seg*") if f.is_file())
    assert on_disk <= 1 << 20
    down.start()
    agent.wait_delivered()
    last = agent.stop()
    delivered = last.destinations["jaeger"]["delivered"]
    assert delivered == down.bulk_count() > 300 and last.destinations["jaeger"]["dropped"] == {"journal_full": 3000 - delivered}
    kept = {wire.trace_hex(high, low) for high, low, _ in down.bulk_arrivals}
    lost = [n for n in range(3000) if ids.trace_id("shop", f"J-{n}") not in kept]
    assert lost[0] < 200 and lost[-1] < 2700, "the oldest goes, but for what was in flight; the newest stays"


def test_a_full_disk_is_survived_in_memory(tmp_path, collector, down):
    with small_disk(tmp_path / "disk", "4m") as disk:
        agent = Agent(tmp_path / "agent", {"up": collector.url, "down": down.url}, journal={"directory": str(disk / "journal"), "limit": "2MiB"})
        agent.start()
        send_bulk(agent, 100)
        filler = fill(disk)
        send_bulk(agent, 1000, first=100)
        wait_for("it has gone to memory", lambda: in_memory(agent) == 1)
        assert agent.status()["journal"]["last_error"]
        send_bulk(agent, 500, first=1100)
        wait_for("the healthy one still gets everything", lambda: collector.bulk_count() == 1600)
        filler.unlink()
        wait_for("it is back on the disk by itself", lambda: in_memory(agent) == 0)
        send_bulk(agent, 100, first=1600)
        down.start()
        agent.wait_delivered()
        last = agent.stop()
        for name, at in (("up", collector), ("down", down)):
            assert last.destinations[name] == {"delivered": 1700, "pending": 0, "dropped": {}}
            assert at.bulk_count() == 1700


def test_memory_has_a_limit_too(tmp_path, down):
    with small_disk(tmp_path / "disk", "2m") as disk:
        agent = Agent(tmp_path / "agent", {"jaeger": down.url},
                      journal={"directory": str(disk / "journal"), "limit": "1MiB", "memory_limit": "1MiB"}).start()
        fill(disk)
        send_bulk(agent, 3000)
        assert in_memory(agent) == 1
        down.start()
        agent.wait_delivered()
        last = agent.stop()
        assert last.destinations["jaeger"]["delivered"] == down.bulk_count() > 0
        assert last.destinations["jaeger"]["dropped"]["memory_full"] > 0


def test_what_a_kill_takes_from_memory_is_counted(tmp_path, down):
    with small_disk(tmp_path / "disk", "2m") as disk:
        agent = Agent(tmp_path / "agent", {"jaeger": down.url}, journal={"directory": str(disk / "journal"), "limit": "1MiB"}).start()
        send_bulk(agent, 50)
        filler = fill(disk)
        send_bulk(agent, 800, first=50)
        wait_for("it has gone to memory", lambda: in_memory(agent) == 1)
        agent.kill()
        filler.unlink()
        agent.start()
        down.start()
        agent.wait_delivered()
        last = agent.stop().destinations["jaeger"]
        assert last["dropped"]["memory"] > 0 and last["delivered"] == down.bulk_count() >= 50
        assert last["delivered"] + sum(last["dropped"].values()) == 850


def test_a_read_only_directory(tmp_path, collector):
    with small_disk(tmp_path / "disk", "2m") as disk:
        (disk / "journal").mkdir()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        agent = Agent(tmp_path / "agent", {"jaeger": collector.url}, journal={"directory": str(disk / "journal")}).start()
        send_bulk(agent, 100)
        agent.wait_delivered()
        assert in_memory(agent) == 1 and collector.bulk_count() == 100
        assert str(disk / "journal") in agent.status()["journal"]["last_error"]
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        wait_for("it is back on the disk by itself", lambda: in_memory(agent) == 0)
        send_bulk(agent, 100, first=100)
        agent.wait_delivered()
        agent.stop()
        assert collector.bulk_count() == 200


def test_a_second_agent_on_the_same_directory_is_refused(tmp_path, collector):
    first = Agent(tmp_path / "first", {"jaeger": collector.url}).start()
    second = Agent(tmp_path / "second", {"jaeger": collector.url}, journal={"directory": str(first.journal)}).start(ready=False)
    assert second.wait() not in (0, 78)
    lines = second.log.strip().splitlines()
    assert f"another agent (pid {first.pid}) uses the journal in {first.journal}; give each agent its own journal.directory" in lines[-1], second.log
    first.send_and_see("ord1 status A1 st=CUT")
    first.wait_delivered()
    first.stop()


def test_the_directory_is_private(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    agent.send_and_see("ord1 status A1 st=CUT")
    assert agent.journal.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in agent.journal.rglob("*") if path.is_file()} == {0}
    assert os.stat(agent.journal / "state").st_size > 0
    agent.stop()
