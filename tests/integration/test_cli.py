"""The program `ordertrace`: emit, run, check, id."""

import json
import os
import re
import signal
import sys

import pytest

import ids
from harness import CLI, Agent, free_port, run, start_process, wait_for


@pytest.fixture
def agent(tmp_path, collector):
    running = Agent(tmp_path, {"jaeger": collector.url}).start()
    yield running
    running.stop()


def to(agent):
    return "--to", f"127.0.0.1:{agent.udp_port}"


def test_emit(agent, collector):
    done = run(CLI, "emit", "end", "10042", "step=push_to_crm", "res=fail", "err=it said \"no\" \\ again", ":price service timeout", *to(agent))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    wait_for("it came", lambda: collector.find(record="step"))
    span = collector.only(record="step")
    assert span.trace_id == ids.trace_id("shop", "10042")
    assert span.value("otel.status_description") == 'it said "no" \\ again'
    assert [fields["message"][1] for _, fields in span.logs] == ["price service timeout"]


def test_emit_into_the_void(tmp_path):
    nowhere = f"127.0.0.1:{free_port()}"
    assert run(CLI, "emit", "status", "A1", "st=CUT", "--to", nowhere).returncode == 0
    strict = run(CLI, "emit", "status", "A1", "st=CUT", "--to", nowhere, "--strict")
    assert strict.returncode == 69 and nowhere in strict.stderr and len(strict.stderr.strip().splitlines()) == 1, strict
    bad = run(CLI, "emit", "status", "x" * 200, "st=CUT", "--to", nowhere, "--strict")
    assert bad.returncode not in (0, 69) and bad.stderr, bad
    assert run(CLI, "emit").returncode == 64
    assert run(CLI, "nonsense").returncode == 64


def test_run_keeps_the_exit_code_and_tells_both_ends(agent, collector):
    script = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(int(sys.stdin.read()))"
    for number, code in enumerate((0, 3)):
        done = run(CLI, "run", "--order", f"A{number}", "--step", "cut", "--try", "2", *to(agent), "--",
                   sys.executable, "-c", script, input=str(code))
        assert (done.returncode, done.stdout, done.stderr) == (code, "out\n", "err\n")
    wait_for("both came", lambda: len(collector.find(record="step")) == 2)
    ok, failed = (collector.only(record="step", trace_id=ids.trace_id("shop", f"A{n}")) for n in (0, 1))
    assert ok.value("order.result") == "ok" and failed.value("order.result") == "fail" and failed.value("order.rc") == 3
    assert ok.value("attempt") == 2 and "step.unpaired" not in ok.tags and ok.duration > 1000


def test_run_of_a_killed_command(agent, collector):
    done = run(CLI, "run", "--order", "A1", "--step", "cut", *to(agent), "--", "sh", "-c", "kill -TERM $$")
    assert done.returncode == 128 + signal.SIGTERM
    wait_for("it came", lambda: collector.find(record="step"))
    span = collector.only(record="step")
    assert span.value("order.result") == "fail" and "15" in span.value("otel.status_description")


def test_run_passes_signals_on(agent, collector):
    running = start_process([CLI, "run", "--order", "A1", "--step", "cut", *to(agent), "--",
                             "bash", "-c", "trap 'exit 7' TERM; while :; do sleep 0.02; done"])
    agent.wait_metric("ordertrace_events_accepted_total", 1, verb="start")

    def ended():
        running.send_signal(signal.SIGTERM)  # until the trap is set there is nobody to catch it
        return running.poll() is not None
    wait_for("it ends", ended)
    wait_for("it came", lambda: collector.find(record="step"))
    assert running.returncode in (7, 128 + signal.SIGTERM)
    assert collector.only(record="step").value("order.result") == "fail"


def test_run_of_a_missing_command(agent, collector):
    done = run(CLI, "run", "--order", "A1", "--step", "cut", *to(agent), "--", "/nowhere/saw")
    assert done.returncode == 127 and "/nowhere/saw" in done.stderr
    wait_for("it came", lambda: collector.find(record="step"))
    assert collector.only(record="step").value("order.rc") == 127


def test_id():
    assert run(CLI, "id", "10042", "--namespace", "shop").stdout.split()[0] == "8d91de8595de911c410b46d59c175b06"
    assert run(CLI, "id", "10042").stdout.split()[0] == "a60d6eeacd7753a28afdabe56f446c9d"
    assert run(CLI, "id", "ЗК-77", "--namespace", "shop").stdout.split()[0] == "a4d061ebbce5f7d4576408ea98df48ac"
    linked = run(CLI, "id", "10042", env={**os.environ, "ORDERTRACE_JAEGER": "http://jaeger.example:16686"})
    assert "http://jaeger.example:16686/trace/a60d6eeacd7753a28afdabe56f446c9d" in linked.stdout


def test_check_says_what_a_line_means():
    done = run(CLI, "check", "ord1 end 10042 step=push_to_crm res=fail t=1795305600120000 :price service timeout",
               "--namespace", "shop", "--system", "mes")
    assert done.returncode == 0, done
    span = ids.span_id("step", "shop", "10042", "mes", "push_to_crm", ids.step_mark(1795305600120000))
    for word in ("push_to_crm", "fail", "price service timeout", ids.trace_id("shop", "10042"), span):
        assert word in done.stdout, done.stdout
    as_json = run(CLI, "check", "--json", "ord1 status 10042 st=CUT")
    assert as_json.returncode == 0 and json.loads(as_json.stdout)


def test_check_shows_the_place_of_a_reject():
    done = run(CLI, "check", "ord2 end 10042 step=a")
    assert done.returncode == 1 and re.search(r"^ *\^", done.stdout + done.stderr, re.MULTILINE) and "version" in done.stdout + done.stderr, done
    several = run(CLI, "check", input="ord1 status A1 st=CUT\nord1 end\n")
    assert several.returncode == 1 and "order" in several.stdout + several.stderr, several
