"""Ending: SIGTERM drains and says the balance, a collector known to be down is not waited for, a second signal ends at once."""

import signal
import time

import pytest

from answers import Answer
from harness import Agent, wait_for


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_slow_collector_is_waited_for(tmp_path, collector, number):
    collector.answer = Answer(delay=1.0)
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    agent.send_and_see(*[f"ord1 span S-{n} step=load us=5" for n in range(30)])
    agent.send_signal(number)
    assert agent.wait(5) == 0
    assert agent.last_balance().destinations["jaeger"] == {"delivered": 30, "pending": 0, "dropped": {}}


def test_what_the_socket_holds_is_read_before_the_end(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    sent = agent.load(0, 2000).sent()
    last = agent.stop()
    assert last.datagrams + last.lost_in_kernel == sent
    assert collector.bulk_count() == last.recorded == last.datagrams


def test_a_collector_known_to_be_down_is_not_waited_for(tmp_path, down):
    agent = Agent(tmp_path, {"jaeger": down.url}, shutdown={"deadline": "20s"}).start()
    agent.send_and_see("ord1 span S-1 step=load us=5")
    wait_for("it was tried", lambda: agent.scrape().sum("ordertrace_export_requests_total") >= 1)
    began = time.monotonic()
    last = agent.stop()
    assert time.monotonic() - began < 3
    assert last.destinations["jaeger"]["pending"] == 1


def test_the_deadline_ends_the_waiting(tmp_path, collector):
    collector.answer = Answer(hang=True)
    agent = Agent(tmp_path, {"jaeger": collector.url}, shutdown={"deadline": "1s"}).start()
    agent.send_and_see("ord1 span S-1 step=load us=5")
    wait_for("the collector has it in hand", lambda: collector.taken == 1)
    began = time.monotonic()
    last = agent.stop()
    assert 0.8 < time.monotonic() - began < 3
    assert last.destinations["jaeger"]["pending"] == 1


def test_a_second_signal_ends_at_once(tmp_path, collector):
    collector.answer = Answer(hang=True)
    agent = Agent(tmp_path, {"jaeger": collector.url}, shutdown={"deadline": "60s"}).start()
    agent.send_and_see("ord1 span S-1 step=load us=5")
    wait_for("the collector has it in hand", lambda: collector.taken == 1)
    agent.send_signal(signal.SIGTERM)
    wait_for("it drains", lambda: agent.get("/readyz")[0] == 503)
    agent.send_signal(signal.SIGTERM)
    agent.wait(2)
    collector.answer = Answer()
    agent.start()
    wait_for("the span was kept", lambda: collector.bulk_count() == 1)
    agent.wait_delivered()
    agent.stop()


def test_sigpipe_is_ignored(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    agent.send_signal(signal.SIGPIPE)
    agent.send_and_see("ord1 span S-1 step=load us=5")
    agent.wait_delivered()
    agent.stop()
