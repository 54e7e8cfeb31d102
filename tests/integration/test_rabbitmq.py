"""ordertrace-rabbitmq beside a real broker: what its tracing says becomes lines, each message is acknowledged when its
lines have arrived, and what is lost is counted. The broker has the definitions and the configuration that ship."""

import json
import re
import signal
import time

import pika
import pytest

from balance import Metrics
from cable import Cable
from certificates import Authority
from event_door import EventDoor
from harness import BUILD, SOURCE, Agent, Daemon, free_port, merged, run, wait_for
from ids import span_id, trace_id
from rabbit import Rabbit

ADAPTER = BUILD / "ordertrace-rabbitmq"
SHIPPED = SOURCE / "deploy/adapters/rabbitmq"
EDGE = {"from": "mes", "to": "crm", "queue": "q.price", "order": {"header": "x-order-id"}}


def shop():
    """What a shop has anyway: an exchange, a queue and a place for dead letters."""
    queue = {"vhost": "/", "durable": True, "auto_delete": False}
    binding = {"vhost": "/", "destination_type": "queue", "arguments": {}}
    exchange = {"vhost": "/", "durable": True, "auto_delete": False, "internal": False, "arguments": {}}
    return {"exchanges": [{"name": "orders", "type": "direct", **exchange},
                          {"name": "orders.dead", "type": "topic", **exchange},
                          {"name": "direct.dead", "type": "direct", **exchange}],
            "queues": [{"name": "q.price", "arguments": {"x-dead-letter-exchange": "orders.dead"}, **queue},
                       {"name": "q.dead", "arguments": {}, **queue},
                       {"name": "q.direct", "arguments": {"x-dead-letter-exchange": "direct.dead"}, **queue},
                       {"name": "q.default", "arguments": {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "q.dead"},
                        **queue},
                       {"name": "q.plain", "arguments": {}, **queue},
                       {"name": "q.short", "arguments": {"x-dead-letter-exchange": "orders.dead", "x-max-length": 1}, **queue},
                       {"name": "q.often", "arguments": {"x-dead-letter-exchange": "orders.dead", "x-queue-type": "quorum",
                                                         "x-delivery-limit": 1}, **queue}],
            "bindings": [{"source": "orders", "destination": "q.price", "routing_key": "price", **binding},
                         {"source": "orders", "destination": "q.short", "routing_key": "short", **binding},
                         {"source": "orders", "destination": "q.often", "routing_key": "often", **binding},
                         {"source": "orders", "destination": "q.direct", "routing_key": "direct", **binding},
                         {"source": "orders", "destination": "q.default", "routing_key": "default", **binding},
                         {"source": "orders", "destination": "q.plain", "routing_key": "plain", **binding},
                         {"source": "orders.dead", "destination": "q.dead", "routing_key": "#", **binding}]}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def tls_port():
    return free_port()


def readme_commands():
    """What the page tells an administrator to run."""
    return "\n".join(line for line in (SHIPPED / "README.md").read_text().splitlines() if line.startswith("rabbitmqctl "))


@pytest.fixture(scope="module")
def broker(certificates, tls_port):
    pair = certificates.issue("broker")
    broker = Rabbit(shop(), advanced=(SHIPPED / "advanced.config").read_text())
    tls = {"certfile": pair.cert, "keyfile": pair.key, "cacertfile": certificates.file}
    lines = [f"listeners.ssl.1 = 127.0.0.1:{tls_port}", "ssl_options.verify = verify_none"]
    lines += [f"ssl_options.{key} = {broker.folder.file(key, path.read_text())}" for key, path in tls.items()]
    broker.add_config("\n".join(lines))
    with broker:
        password = broker.folder.file("password", "let me read\n")
        commands = readme_commands().replace("/etc/ordertrace/rabbitmq.password", str(password))
        assert len(commands.splitlines()) == 5
        broker.shell(commands, SOURCE)
        yield broker


@pytest.fixture
def shop_channel(broker):
    """Of the shop's programs; every queue is empty."""
    wait_for("the adapter before is gone", lambda: broker.depth("ordertrace")[1] == 0)
    channel = broker.channel()
    for queue in ("q.price", "q.short", "q.often", "q.dead", "q.direct", "q.default", "q.plain", "ordertrace"):
        channel.queue_purge(queue)
    return channel


@pytest.fixture
def door():
    with EventDoor() as running:
        yield running


class Adapter(Daemon):
    name = "adapter"

    def __init__(self, directory, rabbit, agent_url, **changes):
        self.directory = directory
        self.runs = 0
        self.admin_port = free_port()
        (directory / "password").write_text("let me read\n")
        self.config = merged({
            "version": 1, "edges": [EDGE], "agent": {"url": agent_url, "timeout": "2s"},
            "broker": {"port": rabbit.port, "password_file": "password", "heartbeat": "5s"},
            "admin": {"listen": f"127.0.0.1:{self.admin_port}"}, "shutdown": {"deadline": "5s"}}, changes)

    @property
    def config_file(self):
        return self.directory / "rabbitmq.yaml"

    def start(self, ready=True):
        self.config_file.write_text(json.dumps(self.config))
        self.launch([ADAPTER, "--config", self.config_file])
        if ready:
            self.wait_until("the adapter reads its queue", lambda: "reading the queue" in self.log)
        return self

    def stop(self):
        self.send_signal(signal.SIGTERM)
        assert self.wait() == 0, self.log
        last = self.log.strip().splitlines()[-1]
        numbers = re.search(r"stopped: (\d+) messages acknowledged, (\d+) left in the queue; lines made (\d+) = taken "
                            r"(\d+) \+ refused (\d+) \+ given up (\d+) \+ pending (\d+)$", last)
        assert numbers, last
        done, left, made, *became = map(int, numbers.groups())
        assert made == sum(became), last
        return done, left

    def get(self, path):
        answer = run("curl", "-s", "-w", "%{http_code}", f"http://127.0.0.1:{self.admin_port}{path}")
        return int(answer.stdout[-3:]), answer.stdout[:-3]

    def metrics(self):
        status, text = self.get("/metrics")
        assert status == 200, text
        return Metrics(text)

    def wait_metric(self, name, value, seconds=15, **labels):
        def now():
            return self.metrics().sum(f"ordertrace_rabbitmq_{name}", **labels)
        self.wait_until(lambda: f"{name}{labels} >= {value}, it is {now()}", lambda: now() >= value, seconds)


def publish(channel, order, message=None, key="price", **properties):
    headers = {"x-order-id": order} if order is not None else {}
    channel.basic_publish("orders", key, b"{}", pika.BasicProperties(
        message_id=message, headers=headers, delivery_mode=2, **properties))


def take(channel, queue="q.price"):
    """The next message of the queue, not acknowledged."""
    return wait_for(f"a message in {queue}", lambda: next(iter([got for got in [channel.basic_get(queue)] if got[0]]), None))


def words(line):
    return re.sub(r" t=\d+", "", line)


# what it says

def test_messages_become_hand_offs_in_the_order_of_things(tmp_path, broker, shop_channel, door):
    Adapter(tmp_path, broker, door.url).start()
    publish(shop_channel, "10042", "9f1c")
    got, _, _ = take(shop_channel)
    shop_channel.basic_ack(got.delivery_tag)
    publish(shop_channel, 10043, timestamp=1795305600)
    wait_for("three lines", lambda: len(door.lines) == 3)
    assert [words(line) for line in door.lines] == [
        "ord1 sent 10042 sys=mes to=crm via=q.price msg=9f1c", "ord1 recv 10042 sys=crm from=mes via=q.price msg=9f1c",
        "ord1 sent 10043 sys=mes to=crm via=q.price msg="]
    assert " t=1795305600" in door.lines[2]
    wait_for("an empty queue", lambda: broker.depth("ordertrace") == (0, 1))


def test_the_default_exchange_is_traced_too(tmp_path, broker, shop_channel, door):
    Adapter(tmp_path, broker, door.url).start()
    shop_channel.queue_bind("ordertrace", "amq.rabbitmq.trace", "publish.")
    try:
        shop_channel.basic_publish("", "q.price", b"", pika.BasicProperties(headers={"x-order-id": "10042"}))
        wait_for("a line", lambda: door.lines)
        assert words(door.lines[0]) == "ord1 sent 10042 sys=mes to=crm via=q.price msg="
    finally:
        shop_channel.queue_unbind("ordertrace", "amq.rabbitmq.trace", "publish.")


def test_a_refused_message_is_a_failed_delivery_until_it_comes_through(tmp_path, broker, shop_channel, door):
    Adapter(tmp_path, broker, door.url).start()
    publish(shop_channel, "10042", "m1")
    got, _, _ = take(shop_channel)
    shop_channel.basic_reject(got.delivery_tag, requeue=False)
    got, properties, body = take(shop_channel, "q.dead")
    shop_channel.basic_ack(got.delivery_tag)
    shop_channel.basic_publish("orders", "price", body, properties)  # an operator puts it back
    got, _, _ = take(shop_channel)
    shop_channel.basic_ack(got.delivery_tag)
    wait_for(lambda: f"five lines: {door.lines}", lambda: len(door.lines) >= 5)
    assert [words(line) for line in door.lines] == [
        "ord1 sent 10042 sys=mes to=crm via=q.price msg=m1", "ord1 recv 10042 sys=crm from=mes via=q.price msg=m1",
        'ord1 span 10042 sys=crm step="deliver q.price" id=m1 res=fail err="dead-lettered: rejected" try=1 '
        "_queue=q.price _reason=rejected _edge=mes>crm",
        "ord1 recv 10042 sys=crm from=mes via=q.price msg=m1",
        'ord1 span 10042 sys=crm step="deliver q.price" id=m1 res=ok try=2']


def test_what_expires_or_finds_no_room_or_is_delivered_too_often_is_a_failure(tmp_path, broker, shop_channel, door):
    Adapter(tmp_path, broker, door.url, edges=[merged(EDGE, {"queue": "q.*"})]).start()
    publish(shop_channel, "10042", "m1", expiration="1")
    wait_for("an expired message", lambda: any("dead-lettered: expired" in line for line in door.lines))
    publish(shop_channel, "10043", "m2", key="short")
    publish(shop_channel, "10044", "m3", key="short")
    wait_for("a dropped message", lambda: any(" 10043 " in line and "dead-lettered: maxlen" in line for line in door.lines))
    publish(shop_channel, "10045", "m4", key="often")
    for _ in range(2):
        got, _, _ = take(shop_channel, "q.often")
        shop_channel.basic_nack(got.delivery_tag, requeue=True)
    wait_for("a message given up", lambda: any(" 10045 " in line and "dead-lettered: delivery_limit" in line for line in door.lines))


def test_dead_letters_through_a_direct_exchange_are_bound_by_their_key(tmp_path, broker, shop_channel, door):
    shop_channel.queue_bind("ordertrace", "direct.dead", "direct")
    Adapter(tmp_path, broker, door.url, edges=[merged(EDGE, {"queue": "q.*"})]).start()
    publish(shop_channel, "10042", "m1", key="direct", expiration="1")
    wait_for("the dead letter", lambda: any("dead-lettered: expired" in line for line in door.lines))


def test_dead_letters_through_the_default_exchange_are_told_when_someone_takes_them(tmp_path, broker, shop_channel, door):
    adapter = Adapter(tmp_path, broker, door.url, edges=[merged(EDGE, {"queue": "q.*"})]).start()
    publish(shop_channel, "10042", "m1", key="default", expiration="1")
    got, _, _ = take(shop_channel, "q.dead")
    adapter.wait_metric("lines_taken_total", 2)
    assert words(door.lines[1]) == ('ord1 span 10042 sys=crm step="deliver q.default" id=m1 res=fail err="dead-lettered: '
                                    'expired" try=1 _queue=q.default _reason=expired _edge=mes>crm')
    shop_channel.basic_ack(got.delivery_tag)


def test_a_policy_moves_dead_letters_from_the_default_exchange_to_one_that_can_be_bound(
        tmp_path, broker, shop_channel, door):
    Adapter(tmp_path, broker, door.url, edges=[merged(EDGE, {"queue": "q.plain"})]).start()
    for order, exchange in ("10042", ""), ("10043", "orders.dead"):
        policy = {"dead-letter-exchange": exchange, "dead-letter-routing-key": "q.dead"}
        broker.ctl("set_policy", "-p", "/", "dead", "^q\\.plain$", json.dumps(policy), "--apply-to", "queues")
        publish(shop_channel, order, key="plain", expiration="1")
        wait_for(f"{order} among the dead letters", lambda: broker.depth("q.dead")[0] == (2 if exchange else 1))
    wait_for("the second is told", lambda: any(" 10043 " in line and "dead-lettered" in line for line in door.lines))
    assert not any(" 10042 " in line and "dead-lettered" in line for line in door.lines)
    broker.ctl("clear_policy", "-p", "/", "dead")


def test_what_has_no_order_is_counted_and_acknowledged(tmp_path, broker, shop_channel, door):
    edge = merged(EDGE, {"order": {"body": "/id"}})
    del edge["order"]["header"]
    adapter = Adapter(tmp_path, broker, door.url, edges=[edge, {**EDGE, "queue": "elsewhere"}]).start()
    for body in (b"no json", b"\xff\xfe", b'{"id": true}', b'{"id": "' + b"x" * 129 + b'"}', b"[" * 100,
                 b'{"id": "' + b"1" * (2 << 20) + b'"}', b'{"id": "1 st=X\\nord1 status 2 st=SHIPPED :"}'):
        shop_channel.basic_publish("orders", "price", body)
    adapter.wait_metric("messages_became_total", 7)
    metrics = adapter.metrics()
    assert metrics.by("ordertrace_rabbitmq_messages_became_total", "what") == {
        "no_edge": 0, "no_order": 1, "order_long": 1, "body": 4, "lines": 1, "repeated": 0}
    adapter.wait_metric("messages_acknowledged_total", 7)
    assert [words(line) for line in door.lines] == [
        'ord1 sent "1 st=X\\nord1 status 2 st=SHIPPED :" sys=mes to=crm via=q.price msg=']
    assert "a message is left out: its body is no JSON, or over 1 MiB (exchange orders, queue q.price)" in adapter.log
    assert broker.depth("ordertrace") == (0, 1)


def test_through_a_real_agent_into_the_collector(tmp_path, broker, shop_channel, collector):
    port = free_port()
    (tmp_path / "agent").mkdir()
    agent = Agent(tmp_path / "agent", {"jaeger": collector.url},
                  listen=[{"http": f"127.0.0.1:{port}", "systems": ["mes", "crm"]}]).start()
    adapter = Adapter(tmp_path, broker, f"http://127.0.0.1:{port}").start()
    publish(shop_channel, "10042", "9f1c")
    publish(shop_channel, "10043", "dead")
    for refused in (False, True):
        got, _, _ = take(shop_channel)
        if refused:
            shop_channel.basic_reject(got.delivery_tag, requeue=False)
        else:
            shop_channel.basic_ack(got.delivery_tag)
    adapter.wait_metric("lines_taken_total", 5)
    assert adapter.stop() == (5, 0)
    assert agent.wait_metric("ordertrace_events_accepted_total", 5).sum("ordertrace_events_rejected_total") == 0
    agent.wait_delivered()
    sent, received = [collector.only(record=record, trace_id=trace_id("shop", "10042")) for record in ("sent", "received")]
    assert (sent.service, received.service) == ("mes", "crm")
    for span in (sent, received):
        assert span.value("order.edge") == "mes>crm"
        assert span.value("messaging.destination.name") == "q.price"
        assert span.value("messaging.message.id") == "9f1c"
    assert sent.span_id == span_id("sent", "shop", "10042", "mes", "crm", "9f1c")
    assert received.references[0].span_id == sent.span_id
    failed = collector.only(record="step", trace_id=trace_id("shop", "10043"))
    assert (failed.service, failed.name, failed.value("order.result")) == ("crm", "deliver q.price", "fail")
    assert failed.value("otel.status_description") == "dead-lettered: rejected"
    assert failed.value("error") is True and failed.value("step.id") == "dead" and failed.value("attempt") == 1
    agent.stop()


# nothing is lost uncounted

def sent_orders(lines):
    return sorted(int(line.split()[2]) for line in lines if line.startswith("ord1 sent"))


def test_an_absent_agent_leaves_messages_in_the_queue(tmp_path, broker, shop_channel):
    door = EventDoor()
    adapter = Adapter(tmp_path, broker, door.url, broker={"prefetch": 100}).start()
    for order in range(1000, 1300):
        publish(shop_channel, str(order), f"m{order}")
    adapter.wait_metric("messages_pending", 100)
    wait_for("the others wait", lambda: broker.depth("ordertrace") == (200, 1))
    assert adapter.metrics().get("ordertrace_rabbitmq_agent_up") == 0
    with door:
        adapter.wait_metric("lines_taken_total", 300)
        assert sent_orders(door.lines) == list(range(1000, 1300))
        wait_for("all are acknowledged", lambda: broker.depth("ordertrace") == (0, 1))
        assert adapter.stop() == (300, 0)
    assert "the agent takes lines again" in adapter.log


def test_an_agent_away_for_too_long_costs_the_oldest_and_each_is_counted(tmp_path, broker, shop_channel):
    """More is published than the queue may hold."""
    limited = {"x-queue-type": "quorum", "x-max-length": 1500, "x-overflow": "drop-head"}
    shop_channel.queue_declare("copies", durable=True, arguments=limited)
    shop_channel.queue_bind("copies", "amq.rabbitmq.trace", "publish.orders")
    (tmp_path / "guest").write_text("guest\n")
    door = EventDoor()
    adapter = Adapter(tmp_path, broker, door.url, broker={
        "queue": "copies", "username": "guest", "password_file": "guest", "prefetch": 50, "queue_limit": 300}).start()
    for published in (1000, 2000):
        for order in range(published - 1000, published):
            publish(shop_channel, str(order), f"m{order}")
        adapter.wait_metric("lost_total", published - 350)
    with door:
        adapter.wait_metric("lines_taken_total", 350)
        wait_for("all are acknowledged", lambda: broker.depth("copies") == (0, 1))
        assert sent_orders(door.lines) == list(range(1650, 2000))
        adapter.wait_until("it is over", lambda: "the queue is far below broker.queue_limit again" in adapter.log)
        assert adapter.metrics().by("ordertrace_rabbitmq_lost_total", "while") == {"connection": 0, "queue": 0, "agent": 1650}
        assert adapter.stop() == (2000, 0)
    shop_channel.queue_delete("copies")
    assert adapter.log.count(
        "the agent does not keep up, and more than broker.queue_limit messages wait in the queue copies: the oldest "
        "are given up; see ordertrace_rabbitmq_lost_total") == 1


def test_a_long_queue_that_is_being_read_is_read_to_its_end(tmp_path, broker, shop_channel, door):
    def slowly(_):
        time.sleep(0.1)
        return 204, ""

    door.answer = slowly
    for order in range(500):
        publish(shop_channel, str(order), f"m{order}")
    adapter = Adapter(tmp_path, broker, door.url, broker={"prefetch": 20, "queue_limit": 10}).start()
    adapter.wait_metric("lines_taken_total", 500, seconds=30)
    assert adapter.metrics().sum("ordertrace_rabbitmq_lost_total") == 0
    assert sent_orders(door.lines) == list(range(500))


def test_long_texts_stop_nothing(tmp_path, broker, shop_channel, collector):
    """As long as a body may be; the agent cuts what is too long, and the adapter keeps little more than that."""
    (tmp_path / "agent").mkdir()
    port = free_port()
    edge = {**EDGE, "order": {"body": "/id"}, "message": {"body": "/m"}, "status": {"body": "/st"}}
    adapter = Adapter(tmp_path, broker, f"http://127.0.0.1:{port}", edges=[edge]).start()
    for order in range(40):
        body = json.dumps({"id": order, "m": f"{order}" + "m" * 520_000, "st": "s"})
        shop_channel.basic_publish("orders", "price", body.replace('"s"', f'"{"s" * (1048575 - len(body))}"').encode())
    adapter.wait_metric("lines_pending", 40)
    assert adapter.metrics().get("process_resident_memory_bytes") < 60e6
    agent = Agent(tmp_path / "agent", {"jaeger": collector.url},
                  listen=[{"http": f"127.0.0.1:{port}", "systems": ["mes", "crm"]}]).start()
    adapter.wait_metric("lines_taken_total", 40)
    assert adapter.stop() == (40, 0)
    agent.wait_delivered()
    sent = collector.only(record="sent", trace_id=trace_id("shop", "7"))
    assert sent.value("messaging.message.id") == "7" + "m" * 127 and sent.value("order.edge.status") == "s" * 128
    assert sent.value("event.truncated") is True
    agent.stop()


def test_what_is_too_much_at_once_is_posted_in_parts(tmp_path, broker, shop_channel):
    door = EventDoor()
    door.answer = lambda body: (413, "") if len(body) > 300 else (204, "")
    adapter = Adapter(tmp_path, broker, door.url).start()
    for order in range(20):
        publish(shop_channel, str(order), "m" * 255 if order == 7 else f"m{order}")
    adapter.wait_metric("messages_pending", 20)
    with door:
        adapter.wait_metric("messages_acknowledged_total", 20)
        assert sent_orders(door.lines) == [order for order in range(20) if order != 7]
        metrics = adapter.metrics()
        assert metrics.get("ordertrace_rabbitmq_lines_refused_total") == 1
        assert metrics.get("ordertrace_rabbitmq_agent_up") == 1
        assert adapter.stop() == (20, 0)
    assert re.search(r"the agent refused a line of 3\d\d bytes as too large \(413\)", adapter.log)


def test_a_lost_answer_brings_the_same_bytes_again(tmp_path, broker, shop_channel, door):
    answers = iter([0, 503, 404])
    door.answer = lambda body: (next(answers, 204), "")
    adapter = Adapter(tmp_path, broker, door.url).start()
    publish(shop_channel, "10042", "m1")
    adapter.wait_metric("lines_taken_total", 1)
    assert len(door.bodies) == 4 and len(set(door.bodies)) == 1
    assert adapter.metrics().get("ordertrace_rabbitmq_posts_failed_total") == 3


def test_lines_the_agent_refuses_are_counted(tmp_path, broker, shop_channel, door):
    door.answer = lambda body: (400, "line 1: order: no\nand 1 more bad lines\n") if "\n" in body else (400, "line 1: order: no\n")
    adapter = Adapter(tmp_path, broker, door.url).start()
    for order in range(5):
        publish(shop_channel, str(order), f"m{order}")
    adapter.wait_metric("messages_acknowledged_total", 5)
    refused = sum(2 if "\n" in body else 1 for body in door.bodies)
    assert adapter.metrics().get("ordertrace_rabbitmq_lines_refused_total") == refused
    assert re.search(r"the agent refused [12] lines; the first: line 1: order: no", adapter.log)
    assert adapter.stop() == (5, 0)


def test_a_killed_adapter_gets_again_what_was_not_acknowledged(tmp_path, broker, shop_channel, door):
    door.released.clear()
    adapter = Adapter(tmp_path, broker, door.url).start()
    stamp = int(time.time())
    for order in range(10):
        publish(shop_channel, str(order), f"m{order}", timestamp=stamp)
    wait_for("a post", lambda: door.bodies)
    adapter.kill()
    door.released.set()
    adapter.start().wait_metric("messages_acknowledged_total", 10)
    assert set(sent_orders(door.lines)) == set(range(10))
    assert len(set(door.lines)) == 10, "what comes again is the same"


def test_messages_that_look_the_same_are_told_apart(tmp_path, broker, shop_channel):
    """Neither has an id. A new process has seen none of them, whatever the broker says of "again"."""
    door = EventDoor()
    adapter = Adapter(tmp_path, broker, door.url).start()
    publish(shop_channel, "10042")
    publish(shop_channel, "10042")
    adapter.wait_metric("messages_pending", 2)
    adapter.kill()
    with door:
        adapter.start().wait_metric("messages_acknowledged_total", 2)
        assert len(door.lines) == 2
        assert adapter.metrics().get("ordertrace_rabbitmq_messages_became_total", what="repeated") == 0


def test_a_message_that_was_sent_and_not_seen_is_told(tmp_path, broker, shop_channel):
    """Of two that look the same one is in hand when the connection is cut, and one under way. Both come again."""
    door = EventDoor()
    with Cable(broker.port) as cable:
        adapter = Adapter(tmp_path, broker, door.url, broker={"port": cable.port}).start()
        publish(shop_channel, "10042")
        adapter.wait_metric("messages_pending", 1)
        cable.hold()
        publish(shop_channel, "10042")
        wait_for("the second is under way", lambda: b"10042" in cable.held)
        cable.cut()
        with door:
            adapter.wait_metric("messages_acknowledged_total", 2)
            assert len(door.lines) == 2
            assert adapter.metrics().get("ordertrace_rabbitmq_messages_became_total", what="repeated") == 1
            adapter.stop()


def test_sigterm_waits_for_the_post_under_way(tmp_path, broker, shop_channel, door):
    door.released.clear()
    adapter = Adapter(tmp_path, broker, door.url).start()
    publish(shop_channel, "10042", "m1")
    wait_for("a post", lambda: door.bodies)
    adapter.send_signal(signal.SIGTERM)
    adapter.wait_until("it is draining", lambda: adapter.get("/readyz")[0] == 503)
    door.released.set()
    assert adapter.stop() == (1, 0)
    wait_for("nothing waits, nobody reads", lambda: broker.depth("ordertrace") == (0, 0))


def test_sigterm_leaves_the_rest_in_the_queue(tmp_path, broker, shop_channel):
    adapter = Adapter(tmp_path, broker, f"http://127.0.0.1:{free_port()}").start()
    publish(shop_channel, "10042", "m1")
    adapter.wait_metric("posts_failed_total", 1)
    assert adapter.stop() == (0, 1)
    wait_for("the message waits", lambda: broker.depth("ordertrace") == (1, 0))


def test_messages_that_leave_the_queue_unread_are_counted(tmp_path, broker, shop_channel):
    adapter = Adapter(tmp_path, broker, f"http://127.0.0.1:{free_port()}", broker={"prefetch": 10}).start()
    for order in range(50):
        publish(shop_channel, str(order), f"m{order}")
    adapter.wait_metric("queue_messages", 40)
    shop_channel.queue_purge("ordertrace")
    adapter.wait_metric("lost_total", 40, **{"while": "queue"})
    assert "at least 40 messages are gone from the queue ordertrace that were not read" in adapter.log


def test_the_broker_restarts_while_the_agent_is_away(tmp_path, broker, shop_channel):
    """The lines in hand, those in the queue and those published afterwards: each arrives, and once."""
    door = EventDoor()
    adapter = Adapter(tmp_path, broker, door.url, broker={"prefetch": 100}).start()
    for order in range(1000, 1300):  # some have no id, and of those one is published twice
        publish(shop_channel, str(max(order, 1001)), f"m{order}" if order >= 1050 else None)
    adapter.wait_metric("messages_pending", 100)
    wait_for("the others wait", lambda: broker.depth("ordertrace") == (200, 1))
    broker.stop()
    wait_for("the adapter sees it", lambda: adapter.metrics().get("ordertrace_rabbitmq_broker_up") == 0)
    assert adapter.get("/healthz")[0] == 200 and adapter.get("/readyz")[0] == 200
    broker.start()
    with door:
        adapter.wait_metric("connections_total", 2, seconds=30)
        channel = broker.channel()
        for order in range(1300, 1400):
            publish(channel, str(order), f"m{order}")
        adapter.wait_metric("lines_taken_total", 400)
        wait_for("all are acknowledged", lambda: broker.depth("ordertrace") == (0, 1))
        assert sent_orders(door.lines) == [1001, *range(1001, 1400)]
        metrics = adapter.metrics()
        assert metrics.sum("ordertrace_rabbitmq_lost_total") == 0
        assert metrics.get("ordertrace_rabbitmq_messages_became_total", what="repeated") == 100
        adapter.stop()
    assert "the broker answers again" in adapter.log


def test_a_broker_that_falls_silent_is_left(tmp_path, broker, shop_channel, door):
    """As when the network is cut: nothing ends the connection but its heartbeats."""
    adapter = Adapter(tmp_path, broker, door.url, broker={"heartbeat": "2s"}, agent={"timeout": "1s"}).start()
    broker.send_signal(signal.SIGSTOP)
    try:
        wait_for("the adapter sees it", lambda: adapter.metrics().get("ordertrace_rabbitmq_broker_up") == 0, seconds=15)
    finally:
        broker.send_signal(signal.SIGCONT)
    adapter.wait_metric("broker_up", 1, seconds=20)
    publish(shop_channel, "10042", "m1")
    adapter.wait_metric("lines_taken_total", 1)
    assert "heartbeat timeout" in adapter.log


# rights

REFUSED = [
    ("declare a queue", lambda channel: channel.queue_declare("mine")),
    ("declare an exchange", lambda channel: channel.exchange_declare("mine")),
    ("delete the queue", lambda channel: channel.queue_delete("ordertrace")),
    ("purge another queue", lambda channel: channel.queue_purge("q.price")),
    ("delete an exchange", lambda channel: channel.exchange_delete("orders")),
    ("delete another queue", lambda channel: channel.queue_delete("q.price")),
    ("bind the queue", lambda channel: channel.queue_bind("ordertrace", "orders", "price")),
    ("read another queue", lambda channel: channel.basic_get("q.price")),
    ("consume another queue", lambda channel: channel.basic_consume("q.price", print)),
    ("publish to an exchange", lambda channel: (channel.confirm_delivery(), channel.basic_publish("orders", "price", b""))),
    ("publish to a queue", lambda channel: (channel.confirm_delivery(), channel.basic_publish("", "q.price", b""))),
    ("publish to the trace", lambda channel: (channel.confirm_delivery(),
                                              channel.basic_publish("amq.rabbitmq.trace", "publish.orders", b""))),
]


@pytest.mark.parametrize("what, attempt", REFUSED, ids=[what for what, _ in REFUSED])
def test_the_adapters_user_may_not(broker, what, attempt):
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
        attempt(broker.channel("ordertrace", "let me read"))


ALLOWED = [
    ("take from its queue", lambda channel: channel.basic_get("ordertrace")),
    ("purge its queue", lambda channel: channel.queue_purge("ordertrace")),
    ("see how long another queue is", lambda channel: channel.queue_declare("q.price", passive=True)),
    ("see whether there is an exchange", lambda channel: channel.exchange_declare("orders", passive=True)),
]


@pytest.mark.parametrize("what, attempt", ALLOWED, ids=[what for what, _ in ALLOWED])
def test_the_adapters_user_may(broker, what, attempt):
    attempt(broker.channel("ordertrace", "let me read"))


def test_tls_is_verified(tmp_path, broker, certificates, tls_port, shop_channel, door):
    adapter = Adapter(tmp_path, broker, door.url, broker={"host": "localhost", "port": tls_port, "tls": {"ca_file": str(certificates.file)}})
    adapter.start()
    publish(shop_channel, "10042", "m1")
    adapter.wait_metric("lines_taken_total", 1)
    adapter.stop()
    assert "unencrypted" not in adapter.log
    other = Authority(tmp_path / "other")
    adapter.config["broker"]["tls"]["ca_file"] = str(other.file)
    adapter.start(ready=False)
    adapter.wait_until("it refuses the broker", lambda: "is its certificate issued for that name" in adapter.log)
    assert adapter.get("/readyz")[0] == 503


# the program

def test_what_is_wrong_at_the_broker_is_said(tmp_path, broker, door):
    port = free_port()
    host = f"broker 127.0.0.1:{broker.port}: "
    cases = [
        ({"password_file": "/dev/null"}, host + "no login: ACCESS_REFUSED"),
        ({"vhost": "nowhere"}, host + "no login: "),
        ({"queue": "absent"}, host + "the queue absent: NOT_FOUND - no queue 'absent' in vhost '/'; make it as "
                                     "deploy/adapters/rabbitmq/README.md says"),
        ({"queue": "q.price"}, host + "the queue q.price cannot be read: ACCESS_REFUSED"),
        ({"port": port}, f"broker 127.0.0.1:{port}: ")]
    for number, (changes, message) in enumerate(cases):
        directory = tmp_path / str(number)
        directory.mkdir()
        adapter = Adapter(directory, broker, door.url, broker=changes).start(ready=False)
        adapter.wait_until(lambda: f"{message} in {adapter.log}", lambda: message in adapter.log)
        assert "let me read" not in adapter.log
        assert adapter.get("/readyz")[0] == 503
        adapter.stop()


def test_the_commands(tmp_path, broker, door):
    adapter = Adapter(tmp_path, broker, door.url).start()
    file = adapter.config_file
    assert run(ADAPTER, "check", "--config", file).stdout == f"{file}: fine\n"
    shown = run(ADAPTER, "show-config", "--config", file).stdout
    assert "password_file: " in shown and "let me read" not in shown
    (tmp_path / "shown.yaml").write_text(shown)
    assert run(ADAPTER, "show-config", "--config", tmp_path / "shown.yaml").stdout == shown
    admin = ["--admin", f"http://127.0.0.1:{adapter.admin_port}"]
    assert run(ADAPTER, "health", *admin).returncode == 0
    adapter.stop()
    assert run(ADAPTER, "health", *admin).returncode == 1
    (tmp_path / "bad.yaml").write_text("version: 1\nedges: [{from: mes}]\nqueue: x\n")
    bad = run(ADAPTER, "check", "--config", tmp_path / "bad.yaml")
    assert bad.returncode == 78 and f"{tmp_path}/bad.yaml:3:1: queue: unknown key" in bad.stderr
    assert run(ADAPTER, "--config", tmp_path / "bad.yaml").returncode == 78
    assert run(ADAPTER).returncode == 64 and run(ADAPTER, "--nonsense").returncode == 64
    assert run(ADAPTER, "--help").returncode == 0
    assert run(ADAPTER, "--version").stdout.startswith("ordertrace-rabbitmq ")
    assert run(ADAPTER, "check", "--config", SOURCE / "config/rabbitmq.yaml").returncode == 0


def test_a_taken_admin_port_is_said(tmp_path, broker, door):
    first = Adapter(tmp_path, broker, door.url).start()
    second = run(ADAPTER, "--config", first.config_file)
    assert second.returncode == 69 and "admin.listen: " in second.stderr


@pytest.mark.parametrize("service", ["rabbitmq/ordertrace-rabbitmq.service", "postgresql-inside/ordertrace-outbox.service"])
def test_the_units_are_right_and_expose_little(tmp_path, service):
    unit = SHIPPED.parent / service
    for_here = tmp_path / unit.name
    for_here.write_text(unit.read_text().replace("/usr/bin/ordertrace-rabbitmq", str(ADAPTER)).replace(
        "/usr/lib/ordertrace", str(SHIPPED.parent)))
    done = run("systemd-analyze", "verify", "--man=no", for_here)
    assert done.returncode == 0 and unit.name not in done.stderr, done.stderr
    done = run("systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", unit)
    assert done.returncode == 0, done.stdout
