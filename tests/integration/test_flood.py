"""A second of far too much: what the kernel dropped is known exactly, without a further datagram."""

import time

import pytest

from harness import Agent, bound_udp_socket, wait_for


def settled(agent, sent):
    """Received and lost, once they no longer change; then nothing is sent that could wake a counter."""
    def reached():
        metrics = agent.scrape()
        return metrics if metrics.get("ordertrace_datagrams_received_total") + metrics.lost_in_kernel >= sent else None
    return wait_for(lambda: f"{sent} = received + lost, seen are {agent.scrape().get('ordertrace_datagrams_received_total')} "
                            f"+ {agent.scrape().lost_in_kernel}", reached, 10)


def small_buffered(directory, collector, held, **changes):
    agent = Agent(directory, {"jaeger": collector.url}, sockets=[held], **changes)
    agent.config["listen"][0]["receive_buffer"] = "16KiB"
    return agent


@pytest.mark.parametrize("buffer", ["104KiB", "4MiB"])
def test_a_hundred_thousand_datagrams_in_one_second(tmp_path, collector, buffer):
    agent = Agent(tmp_path, {"jaeger": collector.url})
    agent.config["listen"][0]["receive_buffer"] = buffer
    agent.start()
    began = time.monotonic()
    sent = agent.load(100_000, 100_000).sent()
    metrics = settled(agent, sent)
    assert sent == 100_000
    assert metrics.get("ordertrace_datagrams_received_total") + metrics.lost_in_kernel == sent
    assert metrics.received == metrics.get("ordertrace_datagrams_received_total")
    agent.wait_delivered(60)
    last = agent.stop()
    assert last.datagrams + last.lost_in_kernel == sent
    assert collector.bulk_count() == last.recorded == last.datagrams
    print(f"{buffer}: {last.lost_in_kernel} of {sent} lost in the kernel, all over after {time.monotonic() - began:.1f} s")


def test_a_stopped_agent_counts_what_the_kernel_dropped_meanwhile(tmp_path, collector):
    held = bound_udp_socket(receive_buffer=16384)
    agent = small_buffered(tmp_path, collector, held).start()
    agent.send_and_see("ord1 span F-first step=load us=5")
    agent.stop()
    sent = 1 + agent.load(0, 5000).sent()
    agent.start()
    metrics = settled(agent, sent)
    assert metrics.get("ordertrace_datagrams_received_total") + metrics.lost_in_kernel == sent
    assert metrics.lost_in_kernel > 0, "5,000 datagrams cannot have fitted"
    agent.kill()
    sent += agent.load(0, 5000, first=5000).sent()
    agent.start()
    assert settled(agent, sent).received + agent.scrape().lost_in_kernel == sent
    agent.stop()
    held.close()


def test_a_loss_is_told_in_a_beat_within_ten_seconds(tmp_path, collector):
    held = bound_udp_socket(receive_buffer=16384)
    agent = small_buffered(tmp_path, collector, held, beat_every="5m").start()
    agent.stop()
    sent = agent.load(0, 3000).sent()
    agent.start()
    lost = settled(agent, sent).lost_in_kernel
    assert lost > 0
    beat = wait_for("a beat tells of the loss", lambda: [b for b in collector.find(record="beat") if b.value("agent.lost")], 12)[0]
    assert beat.tags["agent.lost"] == ("LONG", lost)
    assert beat.tags["error"] == ("BOOL", True) and beat.tags["order.result"] == ("STRING", "fail")
    agent.stop()
    held.close()
