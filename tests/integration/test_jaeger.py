"""The same record kinds, read back from a real Jaeger; redelivery, mutual TLS and basic credentials against it."""

import http.client
import time
from collections import defaultdict

import pytest

import ids
import jaeger
import records
from certificates import Authority
from answers import Answer
from harness import Agent, destination, wait_for
from test_beats import beat_traces

pytestmark = pytest.mark.skipif(bool(jaeger.why_not()), reason=jaeger.why_not())

READ_ELSEWHERE = {"span.kind", "error", "otel.status_description"}  # Jaeger's own kind and status


@pytest.fixture(scope="module")
def plain_jaeger(tmp_path_factory):
    running = jaeger.Jaeger(tmp_path_factory.mktemp("jaeger")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shown(tmp_path_factory, plain_jaeger):
    """The expected spans by name, and what Jaeger shows of their traces by trace id."""
    agent = Agent(tmp_path_factory.mktemp("agent"), {"jaeger": plain_jaeger.url}, **records.SETTINGS)
    agent.config["listen"][0]["systems"] = records.SYSTEMS
    agent.start()
    lines, expected = records.scenario(int(time.time() * 1e6))
    agent.send_and_see(*lines)
    agent.wait_metric("ordertrace_spans_delivered_total", len(expected))
    agent.stop()
    traces = {span.trace_id for span in expected.values()}
    return expected, {trace_id: plain_jaeger.trace(trace_id) for trace_id in traces}


@pytest.mark.parametrize("name", list(records.scenario(0)[1]))
def test_jaeger_shows(shown, name):
    expected, traces = shown
    want = expected[name]
    found = [s for s in traces[want.trace_id] if s["span_id"] == want.span_id]
    assert len(found) == 1, [(s["name"], s["span_id"]) for s in traces[want.trace_id]]
    span = found[0]
    orphaned = want.parent_id and want.parent_id not in {s["span_id"] for s in traces[want.trace_id]}
    assert ("is not in the trace" in str(span["warnings"])) if orphaned else span["warnings"] == [], "a marker waits for its step"
    assert (span["service"], span["name"]) == (want.service, want.name)
    assert span["process_tags"] == want.process_tags
    assert (span["start"], span["end"]) == (want.start, want.start + want.duration)
    assert span["kind"] == want.tags["span.kind"][1]
    assert span["tags"] == {k: v for k, v in want.tags.items() if k not in READ_ELSEWHERE}
    assert span["status"] == ("error" if "error" in want.tags else "unset")
    assert span["status_message"] == want.tags.get("otel.status_description", ("", ""))[1]
    assert span["links"] == [(trace, parent) for _, trace, parent in want.references]
    inside = [parent for _, trace, parent in want.references if trace == want.trace_id]
    assert span["parent_id"] == (inside[0] if inside else want.parent_id)
    assert [(name, {**fields, "event": ("STRING", name)}) for _, name, fields in span["events"]] == \
        [("note", fields) for _, fields in want.logs]


def test_jaeger_has_nothing_else(shown):
    expected, traces = shown
    want = defaultdict(set)
    for span in expected.values():
        want[span.trace_id].add(span.span_id)
    assert {trace: {s["span_id"] for s in spans} for trace, spans in traces.items()} == dict(want)


def forward(port):
    """Passes the batch on to a Jaeger, and then lets the client believe that nothing came of it."""
    def answer(request):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("POST", "/api/traces", request.body, {"Content-Type": request.headers["content-type"]})
        assert connection.getresponse().status == 202
        connection.close()
        return Answer(silent=True)
    return answer


def test_a_redelivered_batch_shows_no_second_span(tmp_path, collector, plain_jaeger):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    collector.answer = forward(plain_jaeger.intake_port)
    agent.send("ord1 span redelivered step=a us=5", "ord1 span redelivered step=b us=5 res=fail :no wood")
    wait_for("the batch went out at least three times", lambda: len(collector.requests) >= 3)
    collector.answer = Answer()
    agent.wait_delivered()
    agent.stop()
    spans = plain_jaeger.trace(ids.trace_id("shop", "redelivered"))
    assert sorted((s["name"], s["warnings"] == []) for s in spans) == [("a", True), ("b", True)]


def test_a_beat_of_the_agent_is_shown(tmp_path, plain_jaeger):
    agent = Agent(tmp_path, {"jaeger": plain_jaeger.url}, system="cnc", beat_every="5m").start()
    agent.send_and_see("ord1 beat - inst=cnc-1", "ord1 status A1 st=CUT")
    agent.stop()
    spans = [s for trace in beat_traces("cnc") for s in plain_jaeger.trace(trace)]
    assert [(s["service"], s["name"], s["warnings"]) for s in spans] == [("cnc", "beat", [])]
    assert spans[0]["tags"]["agent.received"] == ("LONG", 2) and spans[0]["tags"]["system.beats"] == ("LONG", 1)


def test_mutual_tls_with_a_real_jaeger(tmp_path):
    authority = Authority(tmp_path / "ca")
    server, client = authority.issue("jaeger"), authority.issue("agent")
    running = jaeger.Jaeger(tmp_path / "jaeger", tls={"cert": server.cert, "key": server.key, "client_ca": authority.file}).start()
    tls = {"ca_file": str(authority.file), "cert_file": str(client.cert), "key_file": str(client.key)}
    agent = Agent(tmp_path / "agent", [destination("jaeger", running.url, tls=tls)]).start()
    agent.send_and_see("ord1 span tls step=a us=5")
    metrics = agent.wait_delivered()
    assert metrics.get("ordertrace_spans_delivered_total", to="jaeger") == 1
    assert metrics.get("ordertrace_tls_certificate_expiry_timestamp_seconds", to="jaeger") > time.time()
    agent.stop()

    stranger = Agent(tmp_path / "stranger", [destination("jaeger", running.url, tls={"ca_file": str(authority.file)})]).start()
    stranger.send_and_see("ord1 span tls step=b us=5")
    wait_for("the refused certificate is said", lambda: "certificate" in stranger.log)
    assert stranger.scrape().get("ordertrace_spans_pending", to="jaeger") == 1
    assert stranger.stop().destinations["jaeger"]["pending"] == 1
    running.stop()


def test_basic_credentials_with_a_real_jaeger(tmp_path):
    running = jaeger.Jaeger(tmp_path / "jaeger", basic=("agent", "s3cret")).start()
    password = tmp_path / "password"
    password.write_text("wrong\n")
    auth = {"basic": {"username": "agent", "password_file": str(password)}}
    agent = Agent(tmp_path / "agent", [destination("jaeger", running.url, auth=auth)]).start()
    agent.send_and_see("ord1 span auth step=a us=5")
    metrics = agent.wait_metric("ordertrace_export_requests_total", 1, to="jaeger", outcome="401")
    assert metrics.get("ordertrace_spans_pending", to="jaeger") == 1
    assert "401" in agent.log
    password.write_text("s3cret\n")
    agent.wait_delivered()
    assert "s3cret" not in agent.log
    agent.stop()
    running.stop()
