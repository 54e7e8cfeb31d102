"""The balance: every line is accounted for by what it became, at every scrape, in the last log line, across restarts."""

import pytest

from harness import Agent, wait_for

REJECTED = {
    "marker": ["hello world", "status A1 st=CUT"],
    "version": ["ord2 span A1 step=a", '{"v":2,"ev":"span","order":"A1","step":"a"}'],
    "verb": ["ord1"],
    "order": ["ord1 span", 'ord1 span ""', "ord1 span - step=a"],
    "order_long": ["ord1 span " + "x" * 129 + " step=a"],
    "json": ['{"v":1,"ev":"span"', "{nonsense}"],
}


@pytest.mark.parametrize("reason", list(REJECTED))
def test_each_reject_has_its_reason(tmp_path, collector, reason):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    metrics = agent.send_and_see(*REJECTED[reason])
    assert metrics.by("ordertrace_events_rejected_total", "reason")[reason] == len(REJECTED[reason])
    assert metrics.received == len(REJECTED[reason])
    shown = agent.status()["rejects"]
    assert [r["reason"] for r in shown] == [reason] * len(shown) and len(shown) == len(REJECTED[reason])
    last = agent.stop()
    assert dict(last.rejected) == {reason: len(REJECTED[reason])} and last.recorded == 0


def test_what_events_become(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}, system="mes", steps={"max_open": 3}).start()
    now = "2026-11-22T10:00:00Z"
    metrics = agent.send_and_see(
        "ord1 span A1 step=a us=5",                 # span
        "ord1 start A1 step=b t=" + now,            # opened
        "ord1 start A1 step=b t=" + now,            # duplicate
        "ord1 note A1 step=b :about the open step",  # attached
        "ord1 end A1 step=b",                       # span
        "ord1 end A2 step=b id=x t=" + now,         # span, unpaired
        "ord1 end A2 step=b id=x t=" + now,         # duplicate
        "ord1 beat - inst=1",                       # seen
        "ord1 whatever A1",                         # span: a note
        "ord1 start A3 step=a", "ord1 start A4 step=a", "ord1 start A5 step=a",  # opened
        "ord1 start A6 step=a",                     # refused
    )
    assert metrics.by("ordertrace_events_became_total", "what") == \
        {"span": 4, "opened": 4, "attached": 1, "seen": 1, "duplicate": 2, "refused": 1}
    assert metrics.by("ordertrace_events_accepted_total", "verb") == \
        {"span": 1, "start": 6, "end": 3, "note": 1, "beat": 1, "other": 1, "status": 0, "sent": 0, "recv": 0, "mark": 0, "alias": 0}
    assert metrics.get("ordertrace_open_steps") == 3
    agent.wait_delivered()
    assert len(collector.find()) == 4
    agent.stop()


def test_a_datagram_of_many_lines(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    lines = [f"ord1 span M-{n} step=load us=5" for n in range(50)]
    metrics = agent.send_and_see("\n".join(lines) + "\r\n", "ord1 note A1 :it broke\n  at saw\n  at belt\nord7 x\nthat too")
    assert metrics.received == 52, "continuation lines belong to their event"
    assert metrics.get("ordertrace_events_rejected_total", reason="version") == 1
    agent.wait_delivered()
    note = collector.only(record="note")
    assert note.logs[0][1]["message"] == ("STRING", "it broke\n  at saw\n  at belt")
    assert collector.bulk_count() == 50
    agent.stop()


def test_it_goes_on_across_restarts_and_kills(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url})
    sent = 0
    for run, end in enumerate(["stop", "kill", "stop", "kill", "stop"]):
        agent.start()
        before = agent.scrape()
        assert before.received == sent, "the counters survived"
        for burst in range(4):
            agent.send_and_see(*[f"ord1 span B-{run}-{burst}-{n} step=load us=5" for n in range(25)], f"bad line {run} {burst}")
            sent += 26
        agent.wait_delivered()
        if end == "kill":
            agent.kill()
        else:
            last = agent.stop()
            assert (last.received, last.rejected["marker"]) == (sent, sent // 26)
            assert last.destinations["jaeger"] == {"delivered": sent // 26 * 25, "pending": 0, "dropped": {}}
    assert collector.bulk_count() == sent // 26 * 25


def test_pending_spans_survive_a_restart_and_a_kill(tmp_path, down):
    agent = Agent(tmp_path, {"jaeger": down.url}).start()
    agent.send_and_see(*[f"ord1 span P-{n} step=load us=5" for n in range(300)])
    assert agent.stop().destinations["jaeger"]["pending"] == 300
    agent.start()
    agent.send_and_see(*[f"ord1 span Q-{n} step=load us=5" for n in range(300)])
    assert agent.scrape().get("ordertrace_spans_pending", to="jaeger") == 600
    agent.kill()
    agent.start()
    down.start()
    wait_for("all came", lambda: down.bulk_count() == 600)
    agent.wait_delivered()
    assert agent.stop().destinations["jaeger"] == {"delivered": 600, "pending": 0, "dropped": {}}
    assert down.deliveries == 600, "nothing was sent twice"


def test_missing_numbers_are_counted_after_ten_seconds(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    agent.send_and_see(*[f"ord1 span S-{n} step=load us=5 inst=a seq={n}" for n in (1, 2, 3, 5, 7, 8)])
    agent.send("ord1 span S-5 step=load us=5 inst=a seq=5", "ord1 span S-4 step=load us=5 inst=a seq=4")
    assert agent.scrape().get("ordertrace_events_missing_total") == 0
    agent.wait_metric("ordertrace_events_missing_total", 1, seconds=20)
    assert agent.scrape().get("ordertrace_events_missing_total") == 1, "4 came late but in time, 6 did not"
    assert agent.stop().missing == 1
