"""A collector that is away for long, under load, beside one that is there. 15 s here; ORDERTRACE_OUTAGE_SECONDS=60 for the whole."""

import os
import time

from answers import Answer
from harness import Agent, wait_for

OUTAGE = float(os.environ.get("ORDERTRACE_OUTAGE_SECONDS", "15"))
RATE = 2000
MEMORY_MAY_GROW_KIB = 3 * 1024


def test_one_of_two_collectors_is_away(tmp_path, collector, down):
    agent = Agent(tmp_path, {"healthy": collector.url, "away": down.url}).start()
    agent.load(RATE, RATE).sent()
    agent.wait_metric("ordertrace_spans_delivered_total", RATE, to="healthy")
    load = agent.load(RATE, 10**9, first=RATE)
    resident, behind, until = [], [], time.monotonic() + OUTAGE
    while time.monotonic() < until:
        metrics = agent.scrape()
        behind.append(metrics.get("ordertrace_spans_pending", to="healthy"))
        resident.append(agent.resident_kib())
        assert metrics.get("ordertrace_collector_up", to="away") == 0
        assert agent.get("/readyz")[0] == 200, "an outage is not unreadiness"
        time.sleep(0.1)
    print(f"resident {resident[0]} to {max(resident)} KiB; the healthy one behind by at most {max(behind)} spans")
    assert max(resident) - resident[10] <= MEMORY_MAY_GROW_KIB
    assert sorted(behind)[len(behind) * 9 // 10] <= RATE, "the healthy destination is a second behind at most"

    back = time.monotonic()
    down.start()
    backlog = agent.scrape().get("ordertrace_spans_recorded_total")
    agent.wait_metric("ordertrace_spans_delivered_total", backlog, seconds=10, to="away")
    print(f"{backlog:.0f} spans delivered {time.monotonic() - back:.1f} s after the return, under live load")
    agent.send("ord1 span live step=live us=5")
    for destination in (collector, down):
        wait_for("a live event arrives", lambda: destination.find(name="live"), 5)
    sent = load.stop() + RATE
    agent.wait_metric("ordertrace_datagrams_received_total", sent + 1)
    agent.wait_delivered()
    last = agent.stop()
    for name, at in (("healthy", collector), ("away", down)):
        assert last.destinations[name] == {"delivered": sent + 1, "pending": 0, "dropped": {}}
        assert at.bulk_count() == sent


def test_an_outage_is_said_at_its_beginning_and_its_end(tmp_path, down):
    agent = Agent(tmp_path, {"jaeger": down.url}).start()
    agent.send_and_see("ord1 span O-1 step=load us=5")
    wait_for("it is said", lambda: "jaeger" in agent.log and "refused" in agent.log)
    assert agent.status()["destinations"][0]["last_error"]
    agent.wait_metric("ordertrace_export_requests_total", 4, to="jaeger")
    lines = [line for line in agent.log.splitlines() if "refused" in line]
    assert len(lines) == 1, lines
    before = len(agent.log)
    down.start()
    agent.wait_delivered()
    wait_for("the return is said", lambda: len(agent.log) > before)
    assert agent.scrape().get("ordertrace_collector_up", to="jaeger") == 1
    agent.stop()


def test_a_batch_grows_while_a_post_is_in_flight(tmp_path, collector):
    """A durable collector answers after its flush; one post at a time must still carry any load."""
    collector.answer = Answer(delay=0.5)
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    sent = agent.load(5000, 15000).sent()
    wait_for("all came", lambda: collector.bulk_count() == sent, 10)
    assert len(collector.requests) <= 12, "half a second each"
    assert collector.deliveries == sent
    agent.stop()
