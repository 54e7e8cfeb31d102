"""Open steps outlive the process: by a restart or a kill, with their markers, notes and attributes."""

import time

import pytest

import ids
from harness import Agent, wait_for


def now_us():
    return int(time.time() * 1e6)


def end(agent, how):
    agent.kill() if how == "kill" else agent.stop()


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_step_open_over_a_restart_is_joined(tmp_path, collector, how):
    agent = Agent(tmp_path, {"jaeger": collector.url}, steps={"marker_after": "1h"}).start()
    start = now_us() - 60_000_000
    agent.send_and_see(f"ord1 start A1 step=cut t={start} try=2 of=4 inst=mes-1 _panel:i=7", "ord1 note A1 step=cut try=2 :first half done")
    end(agent, how)
    agent.start()
    assert agent.scrape().get("ordertrace_open_steps") == 1
    agent.send_and_see(f"ord1 start A1 step=cut t={start} try=2")
    assert agent.scrape().get("ordertrace_events_became_total", what="duplicate") == 1
    agent.send_and_see(f"ord1 end A1 step=cut try=2 t={start + 50_000_000}")
    agent.wait_delivered()
    span = collector.only(record="step")
    assert span.span_id == ids.span_id("step", "shop", "A1", "mes", "cut", ids.step_mark(start, "2"))
    assert (span.start, span.duration) == (start, 50_000_000)
    assert span.tags["attempt.max"] == ("LONG", 4) and span.tags["panel"] == ("LONG", 7)
    assert [fields["message"] for _, fields in span.logs] == [("STRING", "first half done")]
    assert "step.unpaired" not in span.tags
    assert agent.scrape().get("ordertrace_open_steps") == 0
    end(agent, how)
    agent.start()
    assert agent.scrape().get("ordertrace_open_steps") == 0
    agent.stop()


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_markers_are_written_once(tmp_path, collector, how):
    agent = Agent(tmp_path, {"jaeger": collector.url}, steps={"marker_after": "100ms", "overdue_after": "1s", "give_up_after": "1h"}).start()
    agent.send_and_see(f"ord1 start A1 step=cut t={now_us() - 10_000_000}")
    wait_for("both markers are there", lambda: {s.record for s in collector.find()} == {"started", "overdue"})
    end(agent, how)
    agent.start()
    agent.send_and_see(f"ord1 start A2 step=cut t={now_us() - 10_000_000}")
    wait_for("the limits were judged again", lambda: len(collector.find(record="overdue")) == 2)
    agent.wait_delivered()
    assert sorted((s.record, s.value("order.id")) for s in collector.find()) == \
        [("overdue", "A1"), ("overdue", "A2"), ("started", "A1"), ("started", "A2")]
    assert agent.stop().own == {"started": 2, "overdue": 2}


def test_a_step_given_up_while_nobody_watched(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}, steps={"marker_after": "1h", "overdue_after": "2h", "give_up_after": "3h"}).start()
    start = now_us() - 600_000_000
    agent.send_and_see(f"ord1 start A1 step=cut t={start}")
    agent.kill()
    agent.config["steps"] = {"marker_after": "1s", "overdue_after": "2s", "give_up_after": "3s"}
    agent.start()
    wait_for("it is given up", lambda: collector.find(record="abandoned"))
    assert collector.only(record="abandoned").duration == 3_000_000
    agent.send_and_see("ord1 end A1 step=cut")
    agent.wait_delivered()
    assert collector.only(record="step").value("step.unpaired") is True
    agent.stop()


def test_open_steps_survive_the_journals_limit(tmp_path, collector):
    """Segments come and go; a step opened in the first one is still open."""
    agent = Agent(tmp_path, {"jaeger": collector.url}, journal={"limit": "1MiB"}, steps={"marker_after": "1h"}).start()
    start = now_us()
    agent.send_and_see(f"ord1 start A1 step=cut t={start}")
    first = sorted(agent.journal.glob("*.seg"))[0]
    for burst in range(40):
        agent.send_and_see("\n".join(f"ord1 span O-{burst}-{n} step=load us=5 :{'x' * 600}" for n in range(80)))
    wait_for("the first segment is gone", lambda: not first.exists())
    agent.kill()
    agent.start()
    assert agent.scrape().get("ordertrace_open_steps") == 1
    agent.send_and_see(f"ord1 end A1 step=cut t={start + 99}")
    agent.wait_delivered()
    assert collector.only(record="step").duration == 99
    agent.stop()
