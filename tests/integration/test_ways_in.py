"""Events by TCP and by HTTP: framing, bounds, refusals, and the balance over all ways in together."""

import gzip
import http.client
import socket
import subprocess
import threading
import time

import pytest

from harness import AGENT, Agent, free_port, run, wait_for

MEBIBYTE = 1 << 20


class Ways(Agent):
    """An agent with all three kinds of sockets."""

    def __init__(self, directory, collector, tcp=None, http=None, **changes):
        self.tcp_port, self.http_port = free_port(), free_port()
        super().__init__(directory, {"jaeger": collector.url}, **changes)
        self.config["listen"] += [{"tcp": f"127.0.0.1:{self.tcp_port}", **(tcp or {})},
                                  {"http": f"127.0.0.1:{self.http_port}", **(http or {})}]

    def connect(self):
        made = socket.create_connection(("127.0.0.1", self.tcp_port), timeout=10)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def send_tcp(self, text):
        with self.connect() as out:
            out.sendall(text if isinstance(text, bytes) else text.encode())

    def post(self, body, path="/v1/events", method="POST", **headers):
        """Status, headers and text of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=20)
        connection.request(method, path, body=body if isinstance(body, bytes) else body.encode(), headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def refused(self, kind, reason):
        port = self.tcp_port if kind == "tcp" else self.http_port
        return self.scrape().get("ordertrace_intake_refused_total", listener=f"{kind} 127.0.0.1:{port}", reason=reason)

    def connections(self, kind):
        port = self.tcp_port if kind == "tcp" else self.http_port
        return self.scrape().get("ordertrace_intake_connections", listener=f"{kind} 127.0.0.1:{port}")


@pytest.fixture
def ways(tmp_path, collector):
    return Ways(tmp_path, collector).start()


def orders(collector, **wanted):
    return sorted(order_of(span) for span in collector.find(**wanted))


def order_of(span):
    return span.tags["order.id"][1]


def only_of(collector, order):
    found = [span for span in collector.find(name="a") if order_of(span) == order]
    assert len(found) == 1
    return found[0]


def is_closed(connection):
    """The agent has ended it; it never says anything."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


# TCP

def test_lines_over_tcp_are_events(ways, collector):
    ways.send_tcp("ord1 span 1 step=a\r\nord1 span 2 step=a :first\n  at x.cpp:1\n\n  at y.cpp:2\nnonsense ord\n"
                  "ord2 span 3 step=a\n{\"ev\":\"span\",\"order\":\"4\",\"step\":\"a\"}\nord1 span ЗК-5 step=a")
    metrics = ways.wait_metric("ordertrace_events_received_total", 5)
    assert metrics.get("ordertrace_events_rejected_total", reason="version") == 1
    assert metrics.get("ordertrace_datagrams_received_total") == 0
    ways.wait_delivered()
    assert orders(collector, name="a") == ["1", "2", "4", "ЗК-5"]
    assert "at y.cpp:2" in str(only_of(collector, "2").logs)
    assert ways.status()["rejects"][-1]["text"] == "ord2 span 3 step=a"
    assert ways.stop().received == 5


def test_a_line_in_pieces_is_one_line(ways, collector):
    with ways.connect() as out:
        for piece in (b"ord1 sp", b"an 1 st", b"ep=a\nord1 span 2 s", b"tep=a\n"):
            out.sendall(piece)
            time.sleep(0.05)  # longer than the quiet after which whole lines are handed over
        ways.wait_metric("ordertrace_events_accepted_total", 2)
        assert ways.connections("tcp") == 1
    ways.wait_delivered()
    assert orders(collector, name="a") == ["1", "2"]
    wait_for("the connection is gone", lambda: ways.connections("tcp") == 0)


def test_many_lines_over_tcp_all_arrive(ways, collector):
    count = 20_000
    ways.send_tcp("".join(f"ord1 span T-{n} step=load us=5\n" for n in range(count)))
    ways.wait_metric("ordertrace_events_accepted_total", count, seconds=30)
    ways.wait_delivered(30)
    assert collector.bulk_count() == count
    assert ways.stop().received == count


def test_a_line_that_is_too_long_is_cut_and_the_next_one_whole(ways, collector):
    ways.send_tcp(b"ord1 span 1 step=a :" + b"x" * 300_000 + b"\n  more of the note\nord1 span 2 step=a\n")
    ways.wait_metric("ordertrace_events_received_total", 2)
    ways.wait_delivered()
    assert orders(collector, name="a") == ["1", "2"]
    assert only_of(collector, "1").tags["event.truncated"][1] is True
    assert ways.stop().received == 2


def test_half_a_line_counts_only_when_its_sender_ends_in_good_order(ways):
    whole, broken = ways.connect(), ways.connect()
    broken.sendall(b"ord1 span 2 step=a res=o")
    wait_for("both are open", lambda: ways.connections("tcp") == 2)
    broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    broken.close()  # by a reset
    wait_for("it was counted", lambda: ways.refused("tcp", "unfinished") == 1)
    whole.sendall(b"ord1 span 1 step=a")
    whole.close()
    ways.wait_metric("ordertrace_events_accepted_total", 1)
    assert ways.stop().received == 1


def test_slow_and_idle_clients_are_closed(tmp_path, collector):
    ways = Ways(tmp_path, collector, tcp={"idle_timeout": "300ms"}).start()
    slow, idle = ways.connect(), ways.connect()
    deadline = time.monotonic() + 10
    try:
        while time.monotonic() < deadline:  # a byte now and then is no line
            slow.sendall(b"o")
            time.sleep(0.02)
    except OSError:
        pass
    assert time.monotonic() < deadline
    assert is_closed(idle)
    wait_for("both were counted", lambda: ways.refused("tcp", "unfinished") == 1 and ways.refused("tcp", "idle") == 1)
    assert ways.stop().received == 0


def test_a_sender_that_is_never_quiet_is_heard(ways):
    with ways.connect() as out:
        deadline = time.monotonic() + 10
        sent = 0
        while ways.scrape().received == 0:
            assert time.monotonic() < deadline
            for _ in range(20):
                out.sendall(f"ord1 span {sent} step=a\n".encode())
                sent += 1
                time.sleep(0.002)
    ways.wait_metric("ordertrace_events_accepted_total", sent)


def test_more_connections_than_allowed_are_refused(tmp_path, collector):
    ways = Ways(tmp_path, collector).start()
    first = [ways.connect() for _ in range(64)]
    wait_for("64 are open", lambda: ways.connections("tcp") == 64)
    more = [ways.connect() for _ in range(3)]
    assert all(is_closed(one) for one in more)
    assert ways.refused("tcp", "connections") == 3
    for number, one in enumerate(first):
        one.sendall(f"ord1 span {number} step=a\n".encode())
    ways.wait_metric("ordertrace_events_accepted_total", 64)
    for one in first:
        one.close()
    wait_for("all are gone", lambda: ways.connections("tcp") == 0)
    ways.send_tcp("ord1 span 64 step=a\n")
    ways.wait_metric("ordertrace_events_accepted_total", 65)


def test_senders_outside_allow_from_are_not_heard(tmp_path, collector):
    ways = Ways(tmp_path, collector, tcp={"allow_from": ["127.0.0.9"]}, http={"allow_from": ["127.0.0.9"]}).start()
    with ways.connect() as out:
        assert is_closed(out)
    with pytest.raises((http.client.HTTPException, OSError)):
        ways.post("ord1 span 1 step=a")
    assert ways.refused("tcp", "sender") == ways.refused("http", "sender") == 1
    with socket.create_connection(("127.0.0.1", ways.tcp_port), source_address=("127.0.0.9", 0)) as out:
        out.sendall(b"ord1 span 2 step=a\n")
        ways.wait_metric("ordertrace_events_accepted_total", 1)


# HTTP

def test_events_over_http(ways, collector):
    assert ways.post("ord1 span 1 step=a\nord1 span 2 step=a\n")[::2] == (204, "")
    assert ways.scrape().received == 2, "204 comes when they are in the journal"
    assert ways.post('[{"ev":"span","order":"3","step":"a"},{"ev":"span","order":"4","step":"a"}]',
                     **{"Content-Type": "application/json"})[0] == 204
    assert ways.post("ord1 span 5 step=a".encode("utf-16"))[0] == 204
    assert ways.post("")[0] == 204
    ways.wait_delivered()
    assert orders(collector, name="a") == ["1", "2", "3", "4", "5"]


def test_bad_lines_are_named_and_the_good_ones_taken(ways, collector):
    status, headers, text = ways.post("ord1 span 1 step=a\nord1\n\nord2 span 2 step=a\nord1 span 3 step=a\n  note\n{no json\n")
    assert (status, headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert text.splitlines() == [
        "line 2: verb: no verb; after ord1 comes a word of at most 16 letters, such as end or status",
        'line 4: version: another version of the protocol; only ord1 and "v":1 are understood',
        "line 7: json: no JSON event; an object, an array of objects, or one object a line is"]
    metrics = ways.scrape()
    assert metrics.received == 5 and metrics.sum("ordertrace_events_rejected_total") == 3
    ways.wait_delivered()
    assert orders(collector, name="a") == ["1", "3"]


def test_the_names_of_bad_lines_are_bounded(ways):
    status, _, text = ways.post("ordx\n" * 5000)
    assert status == 400
    lines = text.splitlines()
    assert lines[99].startswith("line 100: ") and lines[100:] == ["and 4900 more bad lines"]


def test_what_is_no_post_of_events_is_refused(ways):
    line = "ord1 span 1 step=a\n"
    assert ways.post(line, path="/")[::2] == (404, "nothing is here; send events by POST /v1/events\n")
    status, headers, _ = ways.post(line, method="PUT")
    assert (status, headers["Allow"]) == (405, "POST")
    assert ways.post("", method="HEAD")[::2] == (405, "")
    assert ways.post(line, Origin="http://localhost")[0] == 403
    assert ways.post(line, Origin="null")[0] == 403
    packed, headers, text = ways.post(gzip.compress(line.encode()), **{"Content-Encoding": "gzip"})
    assert (packed, headers["Accept-Encoding"], text) == (415, "identity", "send it uncompressed\n")
    assert ways.post(line, **{"Content-Encoding": "Identity"})[0] == 204
    assert ways.post(line, path="/v1/events?x=1")[0] == 204
    assert [ways.refused("http", reason) for reason in ("path", "method", "origin", "encoding")] == [1, 2, 2, 1]
    assert ways.scrape().received == 2


def test_a_body_over_the_limit_is_refused(ways):
    line = b"ord1 span 1 step=load us=5\n"
    assert ways.post(line * (MEBIBYTE // len(line)))[0] == 204
    before = ways.scrape().received
    status, _, text = ways.post(b"x" * (MEBIBYTE + 1))
    assert (status, text) == (413, "the body is over 1048576 bytes; send less at once\n")
    assert ways.refused("http", "too_large") == 1
    assert ways.scrape().received == before
    assert ways.stop().received == MEBIBYTE // len(line)


def test_as_curl_does_it(ways):
    url = f"http://127.0.0.1:{ways.http_port}/v1/events"
    done = run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "ord1 span 1 step=a", url)
    assert (done.stdout, done.stderr) == ("204", "")


def test_more_http_connections_than_allowed_are_told_so(tmp_path, collector):
    ways = Ways(tmp_path, collector, http={"max_connections": 1}).start()
    with socket.create_connection(("127.0.0.1", ways.http_port)):
        wait_for("it is open", lambda: ways.connections("http") == 1)
        with socket.create_connection(("127.0.0.1", ways.http_port), timeout=10) as more:
            assert more.recv(1000).startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    wait_for("it is gone", lambda: ways.connections("http") == 0)
    assert ways.post("ord1 span 1 step=a")[0] == 204
    assert ways.refused("http", "connections") == 1


# all of them

def test_every_way_at_once_is_in_the_balance(ways, collector):
    count = 2000
    load = ways.load(5000, count)
    ways.send_tcp("".join(f"ord1 span T-{n} step=load us=5\n" for n in range(count)))
    for first in range(0, count, 500):
        assert ways.post("".join(f"ord1 span H-{n} step=load us=5\n" for n in range(first, first + 500)))[0] == 204
        ways.scrape()
    assert load.sent() == count
    metrics = ways.wait_metric("ordertrace_events_accepted_total", 3 * count - ways.scrape().get("ordertrace_datagrams_lost_in_kernel_total"))
    assert metrics.get("ordertrace_datagrams_received_total") + metrics.get("ordertrace_datagrams_lost_in_kernel_total") == count
    ways.wait_delivered()
    last = ways.stop()
    assert collector.bulk_count() == last.received == last.destinations["jaeger"]["delivered"]


def test_a_stop_takes_what_has_come(tmp_path, collector):
    ways = Ways(tmp_path, collector).start()
    busy = ways.connect()
    half = ways.connect()
    half.sendall(b"ord1 span 1 step=load us=5\nord1 span 2 st")
    ways.wait_metric("ordertrace_events_accepted_total", 1)
    idle = http.client.HTTPConnection("127.0.0.1", ways.http_port)
    idle.connect()
    busy.sendall(b"".join(b"ord1 span B-%d step=load us=5\n" % n for n in range(1000)))
    began = time.monotonic()
    last = ways.stop()
    assert time.monotonic() - began < 4
    assert last.received == 1001 and collector.bulk_count() == 1001
    assert is_closed(busy) and is_closed(half) and is_closed(idle.sock)


def test_a_stop_under_load_answers_for_what_it_took(tmp_path, collector):
    """Whoever heard 204 is in the balance, and nobody keeps the agent from ending."""
    ways = Ways(tmp_path, collector).start()
    lines, taken, unknown = 200, [], []

    def post_on(worker):
        for number in range(10_000):
            body = "".join(f"ord1 span H-{worker}-{number}-{n} step=load us=5\n" for n in range(lines))
            try:
                status = ways.post(body)[0]
            except (OSError, http.client.HTTPException) as error:
                # Refused is known; cut off may have been taken or not.
                if not isinstance(error, ConnectionRefusedError):
                    unknown.append(worker)
                return
            if status == 503:
                return
            assert status == 204
            taken.append(number)

    workers = [threading.Thread(target=post_on, args=(worker,)) for worker in range(8)]
    for worker in workers:
        worker.start()
    wait_for("some are taken", lambda: len(taken) > 20)
    began = time.monotonic()
    last = ways.stop()
    assert time.monotonic() - began < 8
    for worker in workers:
        worker.join(20)
    assert len(taken) * lines <= last.received <= (len(taken) + len(unknown)) * lines
    assert collector.bulk_count() == last.destinations["jaeger"]["delivered"]


def test_the_ready_line_says_where_it_listens(ways):
    assert f"ready: system mes, udp 127.0.0.1:{ways.udp_port}, tcp 127.0.0.1:{ways.tcp_port}, http 127.0.0.1:{ways.http_port}, admin" in ways.log


def test_an_agent_without_udp(tmp_path, collector):
    ways = Ways(tmp_path, collector)
    del ways.config["listen"][0]
    ways.start()
    assert f"ready: system mes, tcp 127.0.0.1:{ways.tcp_port}, http" in ways.log
    assert ways.post("ord1 span 1 step=a")[0] == 204
    assert ways.stop().received == 1


@pytest.mark.parametrize("kind", ["tcp", "http"])
def test_both_families_on_one_port(tmp_path, collector, kind):
    port = free_port()
    allowed = {"allow_from": ["127.0.0.1", "::1"]}
    agent = Agent(tmp_path, {"jaeger": collector.url},
                  listen=[{kind: f"0.0.0.0:{port}", **allowed}, {kind: f"[::]:{port}", **allowed}]).start()
    for host in ("127.0.0.1", "::1"):
        with socket.create_connection((host, port), timeout=10):
            pass
    agent.stop()


@pytest.mark.parametrize("kind", ["tcp", "http"])
def test_an_address_that_is_taken_is_a_clear_error(tmp_path, collector, kind):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        agent = Agent(tmp_path, {"jaeger": collector.url}, listen=[{kind: f"127.0.0.1:{port}"}])
        agent.write_config()
        done = subprocess.run([AGENT, "--config", agent.config_file], capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 69
    assert f"listen {kind}" in done.stderr and f"127.0.0.1:{port}: Address already in use" in done.stderr


def test_a_changed_listener_needs_a_restart(ways):
    ways.config["listen"][1]["max_connections"] = 7
    ways.write_config()
    ways.send_signal(1)
    wait_for("it is said", lambda: "reload: needs a restart: listen[1].max_connections: 64 -> 7" in ways.log)
