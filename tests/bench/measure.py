"""Measures the agent beside a bare sink and its peers, all in one run, and tells medians and ratios.

usage: run.sh [--quick | --full] [--agent PROGRAM]      (run.sh builds what is needed and calls this)
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import threading
import time

import register
from contenders import (DEFAULT_BUFFER, OTHER_CPU, Agent, BareSink, JaegerAgent, OtelCollector, SpanSink, TlsSink)

HERE = pathlib.Path(__file__).resolve().parent
SETTLE = 1.0  # after the last datagram, before the clock is read: deliveries belong to the event
OWN_BUFFER = 16 << 20  # what the agent's default receive_buffer of 8 MiB reads back as: the kernel doubles it


def send(tools, program, rate, seconds, lines=1):
    """Sends to a program; gives datagrams, events and seconds really taken."""
    command = [tools / "paced_sender", program.port, rate, seconds, lines, program.kind]
    out = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True,
                         preexec_fn=lambda: os.sched_setaffinity(0, {OTHER_CPU})).stdout.split()
    return int(out[0]), int(out[1]), float(out[2])


def cpu_per_event(tools, program, rate, seconds, lines=1):
    """Microseconds of CPU an event received, and the share of datagrams the kernel had to drop."""
    before, dropped = program.cpu_ns(), program.drops()
    datagrams, _, _ = send(tools, program, rate, seconds, lines)
    time.sleep(SETTLE)
    micros, lost = (program.cpu_ns() - before) / 1000, program.drops() - dropped
    return micros / max(datagrams - lost, 1) / lines, lost / datagrams


def cpu_per_delivery(tools, program, rate, seconds):
    """Microseconds of CPU a span that was passed on, and the share of spans that were not."""
    passed, before = program.delivered(), program.cpu_ns()
    _, events, _ = send(tools, program, rate, seconds)
    time.sleep(SETTLE)
    micros = (program.cpu_ns() - before) / 1000
    passed = program.delivered() - passed
    return micros / max(passed, 1), 1 - min(passed / events, 1)


class Bench:
    def __init__(self, options):
        self.options = options
        self.tools = pathlib.Path(options.tools)
        self.work = self.tools / "work"
        shutil.rmtree(self.work, ignore_errors=True)
        self.rows = []
        self.seconds, self.runs = (1, 1) if options.quick else (5, 5)
        self.outage = 600 if options.full else 60
        self.sink = SpanSink(self.tools)
        self.url = f"http://127.0.0.1:{self.sink.http_port}/api/traces"
        self.started = 0

    def agent(self, buffer=DEFAULT_BUFFER, url=None, more=None, settings=None):
        self.started += 1
        return Agent(self.options.agent, self.work / f"agent{self.started}", url or self.url, buffer, more, settings)

    def row(self, measure, target, value, met):
        self.rows.append((measure, target, value, "yes" if met else "**no**"))
        print(f"  {measure}: {value}   (wanted: {target})", flush=True)

    def against_bare_sink(self):
        agent, sink = self.agent(OWN_BUFFER), BareSink(self.tools, OWN_BUFFER)
        try:
            send(self.tools, agent, 20_000, 1)  # buffers at their working size
            for rate, most in ((2_000, 1.5), (20_000, 1.2), (50_000, 1.2)):
                figures = {agent: [], sink: []}
                lost = {agent: 0.0, sink: 0.0}
                for _ in range(self.runs):
                    for program in (sink, agent):
                        micros, dropped = cpu_per_event(self.tools, program, rate, self.seconds)
                        figures[program].append(micros)
                        lost[program] = max(lost[program], dropped)
                ours, bare = statistics.median(figures[agent]), statistics.median(figures[sink])
                ratio = statistics.median(a / b for a, b in zip(figures[agent], figures[sink]))
                loss = "".join(f", {name} lost up to {lost[program]:.2%}" for name, program in
                               (("the agent", agent), ("the sink", sink)) if lost[program])
                self.row(f"CPU per event, one line a datagram, {rate:,}/s", f"≤ {most} × bare sink",
                         f"{ours:.2f} µs against {bare:.2f} µs: {ratio:.2f} ×{loss}", ratio <= most and not lost[agent])
            self.row("resident memory at 50,000 events/s", "≤ 13 MiB", f"{agent.rss_mib():.1f} MiB",
                     agent.rss_mib() <= 13)
            runs = [cpu_per_event(self.tools, agent, 50_000, self.seconds, 20)[0] for _ in range(self.runs)]
            micros = statistics.median(runs)
            self.row("CPU per event, 20 lines a datagram, 50,000 events/s", "≤ 1.5 µs", f"{micros:.2f} µs",
                     micros <= 1.5)
            agent.wait_delivered()
        finally:
            agent.stop()
            sink.stop()

    def idle(self):
        agent = self.agent()
        try:
            time.sleep(2)
            cpu, wakeups, begin = agent.cpu_ns(), agent.wakeups(), time.monotonic_ns()
            time.sleep(10 if not self.options.quick else 2)
            elapsed = time.monotonic_ns() - begin
            share = (agent.cpu_ns() - cpu) / elapsed
            often = (agent.wakeups() - wakeups) / (elapsed / 1e9)
            self.row("idle", "≤ 0.1 % of a core", f"{share:.3%}, {often:.1f} wake-ups a second", share <= 0.001)
            self.row("resident memory, idle", "≤ 10 MiB", f"{agent.rss_mib():.1f} MiB", agent.rss_mib() <= 10)
        finally:
            agent.stop()

    def start(self):
        times = []
        for _ in range(self.runs):
            self.started += 1
            arguments, port, _ = Agent.prepare(self.work / f"agent{self.started}", self.url)
            command = [self.tools / "bind_time", port, self.options.agent, *arguments]
            times.append(float(subprocess.run([str(word) for word in command], check=True, capture_output=True,
                                              text=True).stdout))
        best = statistics.median(times)
        self.row("start to socket bound", "≤ 10 ms", f"{best:.1f} ms", best <= 10)

    def rate_without_loss(self, make, rate):
        """The events a second really sent, 0 if the kernel had to drop one."""
        program = make()
        try:
            send(self.tools, program, 20_000, 0.5)
            dropped = program.drops()
            _, events, seconds = send(self.tools, program, rate, self.seconds)
            return events / seconds if program.drops() == dropped else 0
        finally:
            program.stop()

    def highest_rate(self, make):
        """Rises until the kernel drops a datagram in both of two tries; the rate before is the answer."""
        best = 0
        for rate in (8_000, 16_000, 32_000, 48_000, 64_000, 80_000, 100_000, 125_000, 150_000, 175_000, 200_000, 0):
            reached = self.rate_without_loss(make, rate) or self.rate_without_loss(make, rate)
            if reached == 0:
                break
            best = max(best, reached)
        return best

    def highest_rates(self, buffer, wanted):
        """The bare sink beside it tells what the machine itself lets through such a buffer."""
        best = self.highest_rate(lambda: self.agent(buffer))
        bare = self.highest_rate(lambda: BareSink(self.tools, buffer))
        size = f"{buffer:,} bytes" if buffer < 1 << 20 else f"{buffer >> 20} MiB"
        self.row(f"highest rate without loss over {self.seconds} s, buffer {size}", f"≥ {wanted:,}/s",
                 f"{best:,.0f}/s; the bare sink {bare:,.0f}/s", best >= wanted)

    def one_second_flood(self):
        agent = self.agent()
        try:
            sent = send(self.tools, agent, 100_000, 1)[0]
            time.sleep(SETTLE)
            received = agent.metric("ordertrace_datagrams_received_total")
            lost = agent.metric("ordertrace_datagrams_lost_in_kernel_total")
            self.row("100,000 datagrams in one second, default buffer", "sent = received + lost",
                     f"{sent:,} = {received:,.0f} + {lost:,.0f}", sent == received + lost)
        finally:
            agent.stop()

    def outage_memory(self):
        sink = SpanSink(self.tools)
        agent = self.agent(url=f"http://127.0.0.1:{sink.http_port}/api/traces")
        try:
            send(self.tools, agent, 5_000, 2)
            sink.stop()
            _, events, _ = send(self.tools, agent, 5_000, self.outage)
            memory = agent.rss_mib()
            sink = SpanSink(self.tools, sink.http_port)
            begin = time.monotonic()
            agent.wait_delivered(120)
            took = time.monotonic() - begin
            dropped = agent.metric("ordertrace_spans_dropped_total")
            self.row(f"resident memory after {self.outage} s of collector outage at 5,000/s", "≤ 13 MiB",
                     f"{memory:.1f} MiB; of {events:,} spans {dropped:,.0f} over journal.limit; the rest delivered in "
                     f"{took:.1f} s", memory <= 13)
        finally:
            agent.stop()
            sink.stop()

    def tls_memory(self):
        sink = TlsSink(self.work / "tls")
        plain = self.agent()
        secure = self.agent(url=sink.url, more={"tls": {"ca_file": str(sink.certificate)}})
        try:
            for agent in (plain, secure):
                send(self.tools, agent, 1_000, 3)
                agent.wait_delivered()
            more = secure.rss_mib() - plain.rss_mib()
            self.row("resident memory more with TLS", "≤ 3 MiB", f"{more:.1f} MiB", more <= 3)
        finally:
            plain.stop()
            secure.stop()
            sink.stop()

    def peers(self):
        """The same span content at 10,000/s: our lines, theirs in compact Thrift; each with its own default buffer."""
        figures = {}
        for name, make in (("agent", lambda: self.agent(OWN_BUFFER)),
                           ("jaeger-agent 1.62", lambda: JaegerAgent(self.tools, self.work / "jaeger-agent")),
                           ("OTel Collector 0.155",
                            lambda: OtelCollector(self.tools, self.work / "otelcol", self.sink.http_port))):
            program = make()
            try:
                send(self.tools, program, 10_000, 1)
                runs = [cpu_per_delivery(self.tools, program, 10_000, self.seconds) for _ in range(self.runs)]
                figures[name] = (statistics.median(run[0] for run in runs), program.rss_mib(),
                                 max(run[1] for run in runs))
            finally:
                program.stop()
        ours = figures.pop("agent")
        for name, (micros, memory, lost) in figures.items():
            share, part = ours[0] / micros, ours[1] / memory
            loss = f", it lost up to {lost:.1%}" if lost else ""
            binding = name.startswith("jaeger")
            self.row(f"CPU per delivered span against {name}, 10,000/s", "≤ 1/10" if binding else "told beside it",
                     f"{ours[0]:.2f} µs against {micros:.1f} µs: 1/{1 / share:.1f}{loss}", share <= 0.1 or not binding)
            self.row(f"resident memory against {name}, 10,000/s", "≤ 1/3" if binding else "told beside it",
                     f"{ours[1]:.1f} MiB against {memory:.1f} MiB: 1/{1 / part:.1f}", part <= 1 / 3 or not binding)

    def sidecars(self):
        """What a shop of three systems gives for it: three agents, each with two destinations, 1,000 steps a second."""
        second = SpanSink(self.tools)
        both = {"export": [{"name": name, "url": [f"http://127.0.0.1:{sink.http_port}/api/traces"]}
                           for name, sink in (("jaeger", self.sink), ("board", second))]}
        agents = [self.agent(OWN_BUFFER, settings=both) for _ in range(3)]
        try:
            seconds = 5 * self.seconds
            before = sum(agent.cpu_ns() for agent in agents)
            senders = [threading.Thread(target=send, args=(self.tools, agent, 334, seconds)) for agent in agents]
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join()
            share = (sum(agent.cpu_ns() for agent in agents) - before) / (seconds * 1e9)
            memory = sum(agent.rss_mib() for agent in agents)
            self.row("the sidecars of three systems together, two destinations each, 1,000 steps/s", "told",
                     f"{share:.1%} of a core, {memory:.1f} MiB", True)
        finally:
            for agent in agents:
                agent.stop()
            second.stop()

    def register(self):
        build = pathlib.Path(self.options.agent).parent
        register.measure(self.row, self.work / "register", build / "sqlite_intake", build / "ordertrace-board",
                         HERE.parent.parent / "config/lifecycle.yaml")

    def run(self):
        try:
            self.against_bare_sink()
            self.idle()
            self.start()
            self.one_second_flood()
            if not self.options.quick:
                self.highest_rates(DEFAULT_BUFFER, 64_000)
                self.highest_rates(4 << 20, 150_000)
                self.tls_memory()
                self.peers()
                self.sidecars()
                self.register()
                self.outage_memory()
        finally:
            self.sink.stop()
        shutil.rmtree(self.work)  # left behind only where something went wrong: the logs say what


def machine():
    model = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} cores of {model}, Linux {platform.release()}, load {os.getloadavg()[0]:.1f} at the start"


def write_readme(rows, where):
    """Replaces what stands between the two marks of README.md."""
    readme = HERE / "README.md"
    head, rest = readme.read_text().split("<!-- results -->\n")
    tail = rest.split("<!-- end of results -->\n")[1]
    table = ["| measure | wanted | measured | met |", "| --- | --- | --- | --- |"]
    table += ["| " + " | ".join(row) + " |" for row in rows]
    body = "\n".join([f"Measured on {where}.", "", *table])
    readme.write_text(f"{head}<!-- results -->\n{body}\n<!-- end of results -->\n{tail}")


def main():
    parser = argparse.ArgumentParser(prog="run.sh", description=__doc__.splitlines()[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="about 20 s, agent and bare sink only; fails only on errors")
    size.add_argument("--full", action="store_true", help="ten minutes of outage; writes the table of README.md")
    parser.add_argument("--agent", default=str(HERE.parent.parent / "build/release/ordertrace-agent"))
    parser.add_argument("--tools", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not os.access(options.agent, os.X_OK):
        print(f"run.sh: there is no {options.agent}; build it: cmake --preset release && cmake --build --preset release",
              file=sys.stderr)
        return 69
    where = machine()
    print(where, flush=True)
    bench = Bench(options)
    bench.run()
    (bench.tools / "results.json").write_text(json.dumps({"machine": where, "rows": bench.rows}, ensure_ascii=False))
    if options.full:
        write_readme(bench.rows, where)
    missed = sum(row[3] != "yes" for row in bench.rows)
    print(f"{len(bench.rows)} measures, {missed} not as wanted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
