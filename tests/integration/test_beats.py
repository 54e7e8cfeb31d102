"""Beats: what an agent saw and did not see, told as spans in traces of their own."""

import socket
from datetime import datetime, timedelta, timezone

import ids
from harness import Agent, wait_for

HOST = socket.gethostname()


def beat_traces(system):
    """Of today, and of yesterday for a test over midnight."""
    now = datetime.now(timezone.utc)
    return [ids.trace_id("shop", f"-/{system}/{HOST}/{day:%Y-%m-%d}") for day in (now, now - timedelta(days=1))]


def beats(collector, system="mes"):
    return sorted((b for b in collector.find(record="beat") if b.service == system), key=lambda b: b.start)


def test_beats_at_their_time_and_at_the_end(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}, beat_every="1s")
    agent.config["listen"][0]["systems"] = ["crm"]
    agent.start()
    agent.send_and_see("ord1 beat - inst=a seq=1", "ord1 status A1 st=CUT", "rubbish", "ord1 beat - sys=crm", "ord1 status A1 st=CUT sys=crm")
    agent.wait_delivered()
    wait_for("two beats of each", lambda: len(beats(collector)) >= 2 and len(beats(collector, "crm")) >= 2)
    agent.stop()
    for system in ("mes", "crm"):
        told = beats(collector, system)
        assert {b.trace_id for b in told} <= set(beat_traces(system))
        assert all(b.name == "beat" and b.span_id == ids.span_id("beat", "shop", pseudo_order(b), system, HOST, ids.time_mark(b.start)) for b in told)
        assert all(before.start + before.duration == after.start for before, after in zip(told, told[1:])), "no gap between beats"
        assert all("order.id" not in b.tags and "error" not in b.tags for b in told)
        assert sum(b.value("system.beats") for b in told) == 1
        assert {b.tags["system.seen_at"][0] for b in told if "system.seen_at" in b.tags} == {"LONG"}
        for name in ("agent.received", "agent.lost", "agent.dropped.jaeger", "agent.rejected", "agent.missing", "system.beats"):
            assert {b.tags[name][0] for b in told} == {"LONG"}, name
    assert sum(b.value("agent.received") for b in beats(collector)) >= 2
    assert not beats(collector, "order")


def pseudo_order(beat):
    started = datetime.fromtimestamp(beat.start / 1e6, timezone.utc)
    return f"-/{beat.service}/{HOST}/{started:%Y-%m-%d}"


def test_a_restart_of_an_instance_is_told(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}, beat_every="5m").start()
    agent.send_and_see("ord1 beat - inst=mes-1 seq=900", "ord1 beat - inst=mes-1 seq=901")
    agent.send_and_see("ord1 beat - inst=mes-1 seq=1")
    agent.stop()
    told = collector.only(record="beat").tags["system.restarted"]
    assert told[0] == "STRING" and told[1].startswith("mes-1=") and len(told[1].split("=")[1]) == 16


def test_no_beats_when_they_are_off(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}, beat_every="0").start()
    agent.send_and_see("ord1 beat - inst=a", "ord1 status A1 st=CUT")
    agent.stop()
    assert collector.find(record="beat") == []
