"""The oracle itself: the collector sees what it is there to see."""

import http.client
import socket

import pytest
from thrift.protocol.TBinaryProtocol import TBinaryProtocolAcceleratedFactory
from thrift.TSerialization import serialize

from answers import Answer, refuse_spans_named
from balance import Metrics, balance_of_last_line, check_identities
from fault_collector import FaultCollector
from wire import types

GOOD = {"Content-Type": "application/vnd.apache.thrift.binary"}


def batch(*spans, host="h"):
    tag = types.Tag("n", types.TagType.LONG, vLong=1)
    process = types.Process("mes", [types.Tag("host.name", types.TagType.STRING, host)])
    made = [types.Span(1, 2, number, 0, name, None, 1, 1000, 1, [tag], None) for number, name in spans]
    return serialize(types.Batch(process, made), TBinaryProtocolAcceleratedFactory())


def post(collector, body, headers=None, target="/api/traces"):
    connection = http.client.HTTPConnection("127.0.0.1", collector.port, timeout=5)
    connection.request("POST", target, body, headers or GOOD)
    status = connection.getresponse().status
    connection.close()
    return status


def test_it_counts_distinct_spans_and_sees_redeliveries(collector):
    collector.answer = Answer(500)
    assert post(collector, batch((1, "load"), (2, "a"))) == 500
    assert collector.bulk_count() == 0 and not collector.find()
    collector.answer = refuse_spans_named("poison")
    assert post(collector, batch((9, "poison"))) == 400
    for _ in range(2):
        assert post(collector, batch((1, "load"), (2, "a"))) == 202
    assert collector.bulk_count() == 1 and collector.deliveries == 4
    assert collector.only(name="a").tags == {"n": ("LONG", 1)}


@pytest.mark.parametrize("bodies, headers, fault", [
    ([batch((1, "a")), batch((1, "b"))], GOOD, "came again with other content"),
    ([batch((1, "a")), batch((1, "a"), host="other")], GOOD, "came again with other content"),
    ([batch((1, "a")) + b"\0"], GOOD, "canonical"),
    ([batch((1, "a"))[:-3]], GOOD, "no Thrift batch"),
    ([batch((1, "a"))], {"Content-Type": "text/plain"}, "content type is text/plain"),
    ([batch((1, "a"))], {**GOOD, "Content-Encoding": "identity"}, "content encoding is identity"),
])
def test_it_tells_what_no_agent_may_send(bodies, headers, fault):
    collector = FaultCollector().start()
    for body in bodies:
        post(collector, body, headers)
    with pytest.raises(AssertionError, match=fault):
        collector.close()


def test_down_refuses_and_keeps_the_port(down):
    with pytest.raises(ConnectionRefusedError):
        post(down, batch((1, "a")))
    with pytest.raises(OSError), socket.socket() as other:
        other.bind(("127.0.0.1", down.port))
    down.start()
    assert post(down, batch((1, "a"))) == 202
    down.stop()
    with pytest.raises(ConnectionRefusedError):
        post(down, batch((1, "a")))
    assert down.only(name="a")


def test_the_last_line_is_read_as_a_whole():
    line = ("2026-11-22T10:00:00.000Z info balance: received 5 = accepted 4 (span 3, beat 1) + rejected 1 (marker 1); "
            "accepted 4 = became 4 (span 3, seen 1); recorded 4 = became span 3 + own 1 (beat 1); to a: recorded 4 = delivered 3 + pending 0 + dropped 1 (refused 1); "
            "to b: recorded 4 = delivered 0 + pending 4 + dropped 0; datagrams 5, lost in kernel 7; missing 0")
    read = balance_of_last_line(line)
    assert (read.received, read.lost_in_kernel, read.dropped("a"), read.destinations["b"]["pending"]) == (5, 7, 1, 4)
    with pytest.raises(AssertionError):
        balance_of_last_line(line.replace("delivered 3", "delivered 2"))


@pytest.mark.parametrize("change", [{"received": 9}, {"accepted": 9}, {"became": {"span": 9}}, {"own": 9}, {"recorded": 9},
                                    {"destinations": {"a": (9, 0, 0)}}])
def test_each_identity_is_held(change):
    good = {"received": 5, "accepted": 4, "rejected": 1, "became": {"span": 3, "seen": 1}, "own": 1, "recorded": 4,
            "destinations": {"a": (3, 1, 0)}}
    check_identities(**good)
    with pytest.raises(AssertionError):
        check_identities(**{**good, **change})


def test_metrics_are_read_strictly():
    read = Metrics('# HELP a b\n# TYPE a counter\na{x="q\\"\\\\,y=\\"",z="2"} 5\na{x="r",z="2"} 1\n')
    assert read.sum("a", z=2) == 6 and read.get("a", x='q"\\,y="') == 5
    for broken in ('a{x="1} 5', "a 1\na 2", "a{x=1} 5"):
        with pytest.raises(AssertionError):
            Metrics(broken)
