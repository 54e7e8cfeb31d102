"""kill -9, again and again under load: the test holds the UDP socket, so only the burst being read can be lost."""

import random
import time

from harness import Agent, bound_udp_socket, wait_for

KILLS = 20
RATE = 5000
BURST = 64  # datagrams read in one burst


def test_twenty_kills_under_load(tmp_path, collector):
    held = bound_udp_socket(receive_buffer=4 << 20)
    agent = Agent(tmp_path, {"jaeger": collector.url}, sockets=[held])
    agent.start()
    load = agent.load(RATE, 10**9)
    chance = random.Random(20)
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.05, 0.6))  # the random moment
        agent.kill()
        agent.start()
        agent.scrape()
    sent = load.stop()
    metrics = wait_for("the socket is empty", lambda: settled(agent), 10)
    agent.wait_delivered(30)
    last = agent.stop()
    held.close()
    delivered = collector.bulk_count()
    lost = last.lost_in_kernel + last.dropped("jaeger")
    print(f"sent {sent}, delivered {delivered}, counted as lost {lost} ({dict(last.destinations['jaeger']['dropped'])}, "
          f"in the kernel {last.lost_in_kernel}), sent again {collector.deliveries - delivered}")
    assert metrics.received > 0 and sent > KILLS * 100
    assert 0 <= sent - delivered - lost <= KILLS * BURST
    assert delivered == last.destinations["jaeger"]["delivered"]


def settled(agent):
    """Nothing new arrived for a while: the sender has ended, the rest was in the socket."""
    first = agent.scrape().received
    time.sleep(0.3)
    second = agent.scrape()
    return second if second.received == first else None


def test_a_killed_agent_loses_nothing_that_it_wrote(tmp_path, down):
    """The same with nothing delivered in between, so that all of it must come out of the journal."""
    held = bound_udp_socket(receive_buffer=4 << 20)
    agent = Agent(tmp_path, {"jaeger": down.url}, sockets=[held])
    for run in range(4):
        agent.start()
        sent = agent.load(RATE, 1000, first=run * 1000).sent()
        agent.wait_metric("ordertrace_datagrams_received_total", 1000 * (run + 1))
        assert sent == 1000
        agent.kill()
    agent.start()
    down.start()
    agent.wait_delivered()
    assert agent.stop().destinations["jaeger"] == {"delivered": 4000, "pending": 0, "dropped": {}}
    assert down.bulk_count() == down.deliveries == 4000
    held.close()
