"""Destinations come and go by name; each has a position of its own; each has URLs to fall back on."""

from answers import ACCEPT, Answer
from harness import Agent, destination, wait_for


def test_a_new_destination_begins_at_the_oldest_span_in_the_log(tmp_path, collector, down, second_collector):
    agent = Agent(tmp_path, {"first": collector.url, "down": down.url}).start()
    agent.send_and_see(*[f"ord1 span D-{n} step=load us=5" for n in range(100)])
    agent.wait_metric("ordertrace_spans_delivered_total", 100, to="first")
    agent.stop()
    agent.config["export"] = [destination("first", collector.url), destination("second", second_collector.url)]
    agent.start()
    assert "down" in agent.log and "100" in agent.log, "what the forgotten destination had pending is said"
    agent.send_and_see("ord1 span D-100 step=load us=5")
    metrics = agent.wait_delivered()
    before = metrics.get("ordertrace_spans_dropped_total", to="second", reason="before")
    assert second_collector.bulk_count() + before == 101 and second_collector.bulk_count() >= 1
    assert "down" not in metrics.by("ordertrace_spans_pending", "to")
    assert collector.bulk_count() == 101 == collector.deliveries
    agent.stop()


def test_a_forgotten_destination_holds_back_no_segment(tmp_path, collector, down):
    agent = Agent(tmp_path, {"up": collector.url, "down": down.url}, journal={"limit": "4MiB"}).start()
    agent.send_and_see(*["\n".join(f"ord1 span D-{m}-{n} step=load us=5 :{'x' * 400}" for n in range(60)) for m in range(40)])
    agent.wait_metric("ordertrace_spans_delivered_total", 2400, to="up")
    held = agent.scrape().get("ordertrace_journal_bytes")
    agent.stop()
    agent.config["export"] = [destination("up", collector.url)]
    agent.start()
    wait_for("the segments go", lambda: agent.scrape().get("ordertrace_journal_bytes") < held / 2)
    agent.stop()


def test_the_next_url_is_used_while_the_first_is_away_and_the_first_again_when_it_is_back(tmp_path, down, second_collector):
    agent = Agent(tmp_path, [destination("jaeger", [down.url, second_collector.url])]).start()
    agent.send_and_see(*[f"ord1 span U-{n} step=load us=5" for n in range(20)])
    agent.wait_delivered()
    assert second_collector.bulk_count() == 20
    down.start()
    sent = [20]

    def first_takes():
        agent.send_and_see(f"ord1 span U-{sent[0]} step=load us=5")
        sent[0] += 1
        return down.bulk_count() > 0
    wait_for("the first one is used again", first_takes, 15, every=0.1)
    agent.wait_delivered()
    agent.stop()
    assert len({*down.bulk_arrivals, *second_collector.bulk_arrivals}) == sent[0]


def test_a_refusing_destination_does_not_delay_another(tmp_path, collector, second_collector):
    second_collector.answer = Answer(hang=True)
    agent = Agent(tmp_path, {"quick": collector.url, "hanging": second_collector.url}).start()
    for n in range(10):
        agent.send(f"ord1 span H-{n} step=load us=5")
        wait_for("it came at once", lambda: collector.bulk_count() == n + 1, 5)  # a hanging request takes 10 s
    second_collector.answer = ACCEPT
    agent.wait_delivered()
    assert second_collector.bulk_count() == 10
    agent.stop()
