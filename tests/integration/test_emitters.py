"""Programs that emit: the snippets of proto/emitters in every language that has a toolchain here, `ordertrace emit`, and
the syslog client of util-linux; and all forms of a line on the wire. The one who reads is a real agent."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

import ids
from harness import CLI, SOURCE, Agent, bound_udp_socket, free_port, run, wait_for
from postgres import Postgres

EMITTERS = SOURCE / "proto/emitters"
LINE = "ord1 end 10042 step=push_to_crm res=fail :price service timeout"
WORDS = "слово " * 10000  # the note of every demo: too long for a datagram
MESSAGE = 500             # letters of a message that are compared
SYSLOG_HEADER = 100


@pytest.fixture
def agent(tmp_path, collector):
    running = Agent(tmp_path, {"jaeger": collector.url}).start()
    yield running
    running.stop()


@dataclass
class Language:
    """How a snippet is built and run; OUT and FILE stand for its program and its source."""

    file: str
    run: list
    build: list = field(default_factory=list)
    package: str = ""  # of Debian, which deploy/packages.sh installs: without it the test fails

    @property
    def tool(self):
        return (self.build or self.run)[0]


LANGUAGES = {
    "bash": Language("ordertrace.bash", ["bash", "FILE"], package="bash"),
    "sh": Language("ordertrace.sh", ["sh", "FILE"], package="dash"),
    "python": Language("ordertrace.py", [sys.executable, "FILE"], package="python3"),
    "perl": Language("ordertrace.pl", ["perl", "FILE"], package="perl"),
    "php": Language("ordertrace.php", ["php", "FILE"], package="php-cli"),
    "ruby": Language("ordertrace.rb", ["ruby", "-w", "FILE"], package="ruby"),
    "cobol": Language("ordertrace.cob", ["OUT"], ["cobc", "-x", "-o", "OUT", "FILE"], package="gnucobol3"),
    "c": Language("ordertrace.c", ["OUT"], ["gcc", "-Wall", "-Wextra", "-Werror", "-o", "OUT", "FILE"], package="gcc"),
    "c++": Language("ordertrace.cpp", ["OUT"], ["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-o", "OUT", "FILE"], package="g++"),
    "node": Language("ordertrace.js", ["node", "FILE"]),
    "java": Language("Ordertrace.java", ["java", "-cp", "OUT", "Ordertrace"], ["javac", "-encoding", "UTF-8", "-d", "OUT", "FILE"]),
    "go": Language("ordertrace.go", ["OUT"], ["go", "build", "-o", "OUT", "FILE"]),
    "rust": Language("ordertrace.rs", ["OUT"], ["rustc", "--edition", "2021", "-o", "OUT", "FILE"]),
}


def text(value):
    return ("STRING", value)


def expected():
    """What the demo of every snippet must become: tags and message by name, order, and duration where it is known."""
    def tags(record, order, **more):
        kind = "server" if record == "step" else "internal"
        return {"order.record": text(record), "order.id": text(order), "order.namespace": text("shop"), "span.kind": text(kind), **more}
    done = {"order.result": text("ok"), "step.id": text("op-7"), "material": text('дуб "A" C:\\new')}
    failed = {"order.result": text("fail"), "error": ("BOOL", True), "attempt": ("LONG", 3), "attempt.max": ("LONG", 3),
              "otel.status_description": text('said "no"\nC:\\temp')}
    return {
        ("calc_price", "ЗК-77", None): (tags("step", "ЗК-77", **done), None),
        ("push to crm", "10042", 250_000): (tags("step", "10042", **failed), "on the way ord1 status 10043 st=STOLEN"),
        ("status РАСПИЛ", "ЗК-77", 1): (tags("status", "ЗК-77", **{"order.status": text("РАСПИЛ")}), 'принято "как есть"'),
        ("note", "ЗК-77", 1): (tags("note", "ЗК-77"), WORDS[:MESSAGE]),
    }


def seen(collector):
    """The same of what was delivered; of a long note its beginning, for a shell may cut it earlier."""
    result = {}
    for span in collector.find():
        assert span.trace_id == ids.trace_id("shop", span.value("order.id"))
        duration = None if span.name == "calc_price" else span.duration
        span.tags.pop("event.truncated", None)
        messages = [fields["message"][1][:MESSAGE] for _, fields in span.logs]
        assert len(messages) < 2
        result[span.name, span.value("order.id"), duration] = (span.tags, messages[0] if messages else None)
    return result


def slowest_ms(output):
    assert output.stderr == "" and output.returncode == 0, output.stdout + output.stderr
    said = re.fullmatch(r"slowest call: (\d+\.\d+) ms\n", output.stdout)
    assert said, output.stdout
    return float(said.group(1))


def ahead_of_others():
    """The machine's other work is not to be measured, where the test may say so."""
    if os.getuid() == 0:
        os.setpriority(os.PRIO_PROCESS, 0, -20)


def milliseconds_at_best(demo):
    """The slowest call of the quickest of some runs: what is more is the machine's other work."""
    best, deadline = demo(), time.monotonic() + 15
    while best >= 10 and time.monotonic() < deadline:
        best = min(best, demo())
    return best


@pytest.fixture(params=list(LANGUAGES))
def program(request, tmp_path):
    """Runs the demo of one language against a port; built first where it must be."""
    language = LANGUAGES[request.param]
    if not shutil.which(language.tool):
        assert not language.package, f"there is no {language.tool}: deploy/packages.sh tests installs {language.package}"
        pytest.skip(f"NO {request.param.upper()}: there is no {language.tool} to try {language.file} with")
    places = {"FILE": EMITTERS / language.file, "OUT": tmp_path / "program"}
    if language.build:
        built = run(*(places.get(word, word) for word in language.build), seconds=300)
        assert built.returncode == 0, built.stdout + built.stderr
    command = [places.get(word, word) for word in language.run]
    return lambda port: run(*command, env={**os.environ, "ORDERTRACE_PORT": str(port)}, preexec_fn=ahead_of_others)


def test_a_snippet_reports_to_an_agent_and_costs_nothing_without(program, tmp_path, collector):
    assert milliseconds_at_best(lambda: slowest_ms(program(free_port(socket.SOCK_DGRAM)))) < 10

    with bound_udp_socket(1 << 20) as wire:
        slowest_ms(program(wire.getsockname()[1]))
        wire.settimeout(5)
        datagrams = [wire.recv(65536) for _ in range(5)]
    for datagram in datagrams:
        assert len(datagram) <= 8192 + SYSLOG_HEADER and b"\n" not in datagram and datagram.decode()

    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    slowest_ms(program(agent.udp_port))
    wait_for(lambda: f"its spans are there: {seen(collector)}", lambda: len(collector.find()) == 4)
    assert seen(collector) == expected()
    assert agent.status()["rejects"] == []
    balance = agent.stop()
    assert balance.received == 5


def test_postgresql_reports_what_was_committed(tmp_path, collector):
    http = free_port()
    agent = Agent(tmp_path, {"jaeger": collector.url})
    agent.config["listen"].append({"http": f"127.0.0.1:{http}"})
    agent.start()
    with Postgres() as database:
        def demo():
            database.sql("DROP TABLE IF EXISTS ordertrace_outbox CASCADE; DROP FUNCTION IF EXISTS ordertrace; "
                         "DROP FUNCTION IF EXISTS ordertrace_take")
            return slowest_ms(run("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-f", EMITTERS / "ordertrace.sql", env=database.environment()))
        assert milliseconds_at_best(demo) < 10
        line = re.search(r"^--   (psql .*)$", (EMITTERS / "ordertrace.sql").read_text(), flags=re.MULTILINE).group(1)
        send = line.replace("ordertrace pipe", f"{CLI} pipe").replace("127.0.0.1:4749", f"127.0.0.1:{http}")
        for _ in range(2):  # what was taken once does not come again
            sent = run("bash", "-o", "pipefail", "-c", send, env=database.environment())
            assert sent.returncode == 0, sent.stderr
    wait_for(lambda: f"its spans are there: {seen(collector)}", lambda: len(collector.find()) == 4)
    spans = {key: (tags, message and message.replace("\n", " ")) for key, (tags, message) in seen(collector).items()}
    assert spans == expected()
    assert agent.status()["rejects"] == [] and agent.stop().received == 5


def by_tcp(listener, data):
    with socket.create_connection(listener["tcp"].rsplit(":", 1), timeout=5) as connection:
        connection.sendall(data)


def by_http(listener, data):
    request = urllib.request.Request(f"http://{listener['http']}/v1/events", data, {"Content-Type": "text/plain; charset=utf-8"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.status == 204


def by_file(listener, data):
    half = Path(listener["directory"]) / "job.tmp"
    half.write_bytes(b"\xef\xbb\xbf" + data)  # as ADODB.Stream and 1C write UTF-8
    half.rename(half.with_suffix(".ord"))


@pytest.mark.parametrize("send", [by_tcp, by_http, by_file])
def test_those_who_cannot_send_udp(send, tmp_path, collector):
    """What the page says to paste can run only where Oracle, 1C or Windows is; what it puts on the wire is this."""
    page = (EMITTERS / "README.md").read_text()
    listen = yaml.safe_load(re.search(r"```yaml\n(listen:.*?)```", page, flags=re.DOTALL).group(1))["listen"]
    kind = {by_tcp: "tcp", by_http: "http", by_file: "directory"}[send]
    listener = next(one for one in listen if kind in one)
    (tmp_path / "in").mkdir()
    listener[kind] = str(tmp_path / "in") if kind == "directory" else f"127.0.0.1:{free_port()}"
    agent = Agent(tmp_path, {"jaeger": collector.url})
    agent.config["listen"].append(listener)
    agent.start()
    send(listener, 'ord1 status "ЗК-77" st="РАСПИЛ" :принято "как есть"\n'.encode())
    wait_for(lambda: f"it came; {agent.status()['rejects']}", lambda: collector.find(record="status"))
    assert seen(collector) == {key: value for key, value in expected().items() if key[0] == "status РАСПИЛ"}
    agent.stop()


def test_every_snippet_is_tried_and_named_in_the_page():
    files = {path.name for path in EMITTERS.iterdir()} - {"README.md"}
    assert files == {language.file for language in LANGUAGES.values()} | {"ordertrace.sql"}
    page = (EMITTERS / "README.md").read_text()
    for file in files:
        assert f"]({file})" in page, f"{file} is not in the page"


def by_emit(port):
    return [CLI, "emit", "end", "10042", "step=push_to_crm", "res=fail", ":price service timeout", "--to", f"127.0.0.1:{port}"]


def by_echo(port):
    return ["bash", "-c", f"echo '{LINE}' > /dev/udp/127.0.0.1/{port}"]


def by_syslog(options):
    def command(port):
        if not shutil.which("logger"):
            pytest.skip("NO SYSLOG CLIENT: there is no logger of util-linux")
        return ["logger", "--server", "127.0.0.1", "--port", str(port), "--udp", *options, "-t", "saw", LINE]
    return command


@pytest.mark.parametrize("command", [by_emit, by_echo, by_syslog(["--rfc3164"]), by_syslog(["--rfc5424"])],
                         ids=["emit", "echo", "syslog 3164", "syslog 5424"])
def test_a_program_emits(agent, collector, command):
    subprocess.run([str(word) for word in command(agent.udp_port)], check=True)
    wait_for(lambda: f"the span is there; {agent.status()['rejects']}", lambda: collector.find(record="step"))
    span = collector.only(record="step")
    assert (span.service, span.name, span.trace_id) == ("mes", "push_to_crm", ids.trace_id("shop", "10042"))
    assert span.value("order.result") == "fail" and span.value("error") is True
    assert span.value("otel.status_description") == "price service timeout"


FORMS = {
    "json": b'{"v":1,"ev":"status","order":"10042","st":"CUT"}',
    "json array": b'[{"v":1,"ev":"status","order":"10042","st":"CUT"}]',
    "byte order mark": b"\xef\xbb\xbford1 status 10042 st=CUT",
    "utf-16": b"\xff\xfe" + "ord1 status 10042 st=CUT".encode("utf-16-le"),
    "padding": b"ord1 status 10042 st=CUT" + b" " * 40 + b"\0" * 8,
    "upper case": b"ORD1 STATUS 10042 ST=CUT",
    "tabs and quotes": b'ord1\tstatus\t"10042"\tst="CUT"',
}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_form_of_a_line(agent, collector, form):
    agent.send(FORMS[form])
    wait_for(lambda: f"the status is there; {agent.status()['rejects']}", lambda: collector.find(record="status"))
    span = collector.only(record="status")
    assert (span.name, span.value("order.id"), span.value("order.status")) == ("status CUT", "10042", "CUT")


def test_cyrillic_in_two_charsets_is_one_order(agent, collector):
    now = int(time.time() * 1e6)
    lines = [f"ord1 status ЗК-77 st=РАСПИЛ t={now + n}{more}" for n, more in enumerate(("", "", " cs=cp866"))]
    agent.send(*(line.encode(charset) for line, charset in zip(lines, ("utf-8", "cp1251", "cp866"))))
    wait_for("all three came", lambda: len(collector.find(record="status")) == 3)
    assert {(s.trace_id, s.name) for s in collector.find()} == {("a4d061ebbce5f7d4576408ea98df48ac", "status РАСПИЛ")}
    assert [s.value("text.charset") is None for s in sorted(collector.find(), key=lambda s: s.start)] == [True, False, False]


def test_a_system_is_believed_only_where_it_is_listed(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url})
    agent.config["listen"][0].update(systems=["crm"], namespaces=["plant"])
    agent.start()
    agent.send("ord1 status A1 st=A sys=CRM ns=plant", "ord1 status A2 st=B sys=bank ns=other")
    wait_for("both came", lambda: len(collector.find(record="status")) == 2)
    believed, claimed = collector.only(name="status A"), collector.only(name="status B")
    assert (believed.service, believed.value("order.namespace")) == ("crm", "plant")
    assert believed.trace_id == ids.trace_id("plant", "A1")
    assert (claimed.service, claimed.value("system.claimed"), claimed.value("order.namespace")) == ("mes", "bank", "shop")
    agent.stop()


def test_private_data_is_masked_before_the_journal(tmp_path, collector, down):
    agent = Agent(tmp_path, {"jaeger": collector.url, "down": down.url},
                  attributes={"mask": ["card_number", "email", "phone"], "notes": "mask"})
    agent.start()
    agent.send_and_see('ord1 end A1 step=pay res=fail err="card 4111 1111 1111 1111" _mail=clerk7@example.com :call +7 912 345-67-89')
    agent.wait_metric("ordertrace_spans_delivered_total", 1, to="jaeger")
    shown = str(collector.only(record="step"))
    kept = b"".join(path.read_bytes() for path in agent.journal.rglob("*") if path.is_file())
    for secret in ("4111 1111 1111 1111", "clerk7@example.com", "345-67-89"):
        assert secret not in shown and secret.encode() not in kept
    agent.stop()
