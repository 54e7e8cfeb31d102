"""What the agent costs: memory idle and under load, and nothing at all while nobody speaks."""

import os
import time
from pathlib import Path

from harness import Agent, wait_for

MIB = 1024


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def switches(pid):
    lines = (line for task in Path(f"/proc/{pid}/task").iterdir() for line in (task / "status").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)


def test_idle_it_neither_works_nor_wakes(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    time.sleep(1)  # the start is not idleness
    cpu, woken, began = cpu_seconds(agent.pid), switches(agent.pid), time.monotonic()
    time.sleep(4)  # the stretch that is measured
    seconds = time.monotonic() - began
    cpu, woken = cpu_seconds(agent.pid) - cpu, switches(agent.pid) - woken
    print(f"idle: {cpu / seconds:.2%} of a core, {woken / seconds:.1f} switches a second, {agent.resident_kib()} KiB resident")
    assert cpu <= 0.01, "one tick of the clock in four seconds at most"
    assert woken / seconds <= 10
    assert agent.resident_kib() <= 10 * MIB
    agent.stop()


def test_memory_stays_small_under_load(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    first = agent.load(20_000, 60_000).sent()
    middle = agent.resident_kib()
    sent = first + agent.load(20_000, 60_000, first=first).sent()
    resident = agent.resident_kib()

    def seen():
        metrics = agent.scrape()
        return metrics.get("ordertrace_datagrams_received_total") + metrics.lost_in_kernel
    wait_for(lambda: f"{seen()} of {sent} are read or lost", lambda: seen() == sent)
    agent.wait_delivered(30)
    print(f"resident after {first} events {middle} KiB, after {sent} {resident} KiB")
    assert resident <= 13 * MIB and resident - middle <= MIB
    assert seen() == sent
    agent.stop()
