"""Real programs that emit: bash, Python, `ordertrace emit`, and the syslog client of util-linux; all forms of a line on the wire."""

import shutil
import subprocess
import sys
import time

import pytest

import ids
from harness import CLI, Agent, wait_for

PYTHON = "import socket, sys; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(sys.argv[2].encode(), ('127.0.0.1', int(sys.argv[1])))"
LINE = 'ord1 end 10042 step=push_to_crm res=fail :price service timeout'


@pytest.fixture
def agent(tmp_path, collector):
    running = Agent(tmp_path, {"jaeger": collector.url}).start()
    yield running
    running.stop()


def by_bash(port):
    return ["bash", "-c", f"printf '%s\\n' '{LINE}' > /dev/udp/127.0.0.1/{port}"]


def by_python(port):
    return [sys.executable, "-c", PYTHON, str(port), LINE]


def by_emit(port):
    return [CLI, "emit", "end", "10042", "step=push_to_crm", "res=fail", ":price service timeout", "--to", f"127.0.0.1:{port}"]


def by_syslog(options):
    def command(port):
        if not shutil.which("logger"):
            pytest.skip("NO SYSLOG CLIENT: there is no logger of util-linux")
        return ["logger", "--server", "127.0.0.1", "--port", str(port), "--udp", *options, "-t", "saw", LINE]
    return command


@pytest.mark.parametrize("command", [by_bash, by_python, by_emit, by_syslog(["--rfc3164"]), by_syslog(["--rfc5424"])],
                         ids=["bash", "python", "emit", "syslog 3164", "syslog 5424"])
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
    agent.send_and_see('ord1 end A1 step=pay res=fail err="card 4111 1111 1111 1111" _mail=anna@example.com :call +7 912 345-67-89')
    agent.wait_metric("ordertrace_spans_delivered_total", 1, to="jaeger")
    shown = str(collector.only(record="step"))
    kept = b"".join(path.read_bytes() for path in agent.journal.rglob("*") if path.is_file())
    for secret in ("4111 1111 1111 1111", "anna@example.com", "345-67-89"):
        assert secret not in shown and secret.encode() not in kept
    agent.stop()
