"""Every record kind through a real agent, span by span against the protocol; the independent decoder reads them."""

import time
from dataclasses import asdict

import pytest

import ids
import records
from harness import Agent, wait_for


@pytest.fixture(scope="module")
def delivered(tmp_path_factory, module_collector):
    """The expected spans by name, and all that came."""
    agent = Agent(tmp_path_factory.mktemp("records"), {"jaeger": module_collector.url}, **records.SETTINGS)
    agent.config["listen"][0]["systems"] = records.SYSTEMS
    agent.start()
    lines, expected = records.scenario(int(time.time() * 1e6))
    agent.send_and_see(*lines)
    wait_for("all expected spans are there", lambda: len(module_collector.find()) >= len(expected), 15)
    agent.stop()
    return expected, module_collector.find()


def as_compared(span, logs):
    shown = asdict(span)
    shown.pop("arrived", None)
    shown["logs"] = logs
    shown["references"] = [(r.kind, r.trace_id, r.span_id) if hasattr(r, "kind") else tuple(r) for r in span.references]
    return shown


@pytest.mark.parametrize("name", list(records.scenario(0)[1]))
def test_span_is_what_the_protocol_says(delivered, name):
    expected, came = delivered
    want = expected[name]
    found = [s for s in came if (s.trace_id, s.span_id) == (want.trace_id, want.span_id)]
    assert found, f"no span {want.name} with id {want.span_id}; of its order: " \
                  f"{[(s.name, s.span_id, s.record) for s in came if s.value('order.id') == want.tags['order.id'][1]]}"
    logs = [(records.ANYWHERE if (records.ANYWHERE, fields) in want.logs and 0 <= at - want.start <= want.duration else at, fields)
            for at, fields in found[0].logs]
    assert as_compared(found[0], logs) == as_compared(want, want.logs)


def test_nothing_else_came(delivered):
    expected, came = delivered
    known = {(s.trace_id, s.span_id) for s in expected.values()}
    assert [(s.name, s.tags) for s in came if (s.trace_id, s.span_id) not in known] == []


@pytest.mark.parametrize("parts, want", [
    (("shop", "10042"), "8d91de8595de911c410b46d59c175b06"),
    (("shop", "ЗК-77"), "a4d061ebbce5f7d4576408ea98df48ac"),
    (("default", "10042"), "a60d6eeacd7753a28afdabe56f446c9d"),
])
def test_reference_trace_ids(parts, want):
    assert ids.trace_id(*parts) == want


def test_reference_span_ids():
    start = 1795305600120000
    assert ids.span_id("step", "shop", "10042", "mes", "cut_panel", ids.step_mark(start, "op-7")) == "ccad386ecf0ccd9c"
    assert ids.span_id("started", "shop", "10042", "mes", "cut_panel", ids.step_mark(start, "op-7")) == "6554cb351df0e106"
    assert ids.span_id("sent", "shop", "10042", "mes", "crm", "9f1c\n2") == "37ed7017864bf709"
    assert ids.span_id("received", "shop", "10042", "crm", "mes", f"9f1c\n{start}") == "7f3a54367c8a29cc"
    assert ids.span_id("title", "shop", "10042", "order", "order", ids.time_mark(start - 1)) == "2f23f84a9e85b6d4"
