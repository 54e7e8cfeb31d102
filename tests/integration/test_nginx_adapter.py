"""The adapter for an HTTP API behind nginx, as it ships: a real nginx in front of a small service, a real agent beside
it. Each request that belongs to an order is one step of it, whatever a client puts into its request."""

import contextlib
import http.client
import re
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness import SOURCE, Agent, free_port, wait_for
from ids import trace_id
from nginx import Nginx

ADAPTER = SOURCE / "deploy/adapters/nginx"
ORDER = "/api/orders/10042/price"


class Service(BaseHTTPRequestHandler):
    """Answers as the request's header X-Do says; without tracing, and it knows nothing of it."""

    protocol_version = "HTTP/1.1"
    begun = set()       # the paths it was asked for

    def answer(self):
        self.begun.add(self.path)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = dict(part.split("=", 1) for part in self.headers.get("X-Do", "").split(";") if part)
        time.sleep(float(told.get("sleep", 0)))
        self.send_response(int(told.get("status", 200)))
        if "location" in told:
            self.send_header("Location", told["location"].encode().decode("unicode_escape"))
        self.send_header("Content-Length", "2")
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(OSError):
                self.wfile.write(b"ok")

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_PATCH = answer

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def service():
    class Server(ThreadingHTTPServer):
        daemon_threads = True
    server = Server(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


class Api:
    """nginx with the adapter, the agent beside it, and the collector behind that."""

    def __init__(self, nginx, port, agent, collector):
        self.nginx, self.port, self.agent, self.collector = nginx, port, agent, collector

    def ask(self, method, path, do="", headers=None, port=None, timeout=30):
        """The status. `path` goes out byte by byte as it is."""
        with socket.create_connection(("127.0.0.1", port or self.port), timeout=timeout) as connection:
            head = {"Host": "shop.example", "Connection": "close", "Content-Length": "0", "X-Do": do, **(headers or {})}
            lines = "".join(f"{key}: {value}\r\n" for key, value in head.items()).encode()
            raw = path if isinstance(path, bytes) else path.encode()
            connection.sendall(method.encode() + b" " + raw + b" HTTP/1.1\r\n" + lines + b"\r\n")
            answer = http.client.HTTPResponse(connection, method=method)
            answer.begin()
            answer.read()
            return answer.status

    def send(self, path, headers, leave=False):
        """A POST whose body, if the headers speak of one, never comes. With `leave` it is not waited for the answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(f"POST {path} HTTP/1.1\r\nHost: s\r\n{headers}\r\n\r\n".encode())
            if leave:
                wait_for("the service has the request", lambda: path in Service.begun)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                connection.recv(1000)

    def received(self):
        return self.agent.scrape().get("ordertrace_events_received_total")

    def step(self, method, path, do="", **options):
        """The one step that a request becomes."""
        return self.one_step(lambda: self.ask(method, path, do, **options))

    def one_step(self, request):
        self.collector.read_all()
        known, before = set(self.collector.spans), self.received()
        status = request()
        wait_for("the agent has heard of the request", lambda: self.received() >= before + 1)
        assert self.received() == before + 1
        self.agent.wait_delivered()
        self.collector.read_all()
        new = [span for key, span in self.collector.spans.items() if key not in known]
        assert len(new) == 1, new
        return status, new[0]

    def nothing(self, method, path, do="", **options):
        """The status of a request of which nothing is told."""
        return self.nothing_of(lambda: self.ask(method, path, do, **options))

    def nothing_of(self, request):
        """Told is only the one that is sent after it, when nginx has noted the first."""
        before, noted = self.received(), self.nginx.text("access.log").count("\n")
        status = request()
        wait_for("the request is noted", lambda: self.nginx.text("access.log").count("\n") > noted)
        self.step("GET", "/api/orders/after/price")
        assert self.received() == before + 1
        return status


def configured(nginx, udp_port, port, service, systems=None, more=""):
    """The http block: the adapter's file as it ships, but for the agent's port, and for the table of `systems`, if
    given; and a server that uses it."""
    text = (ADAPTER / "ordertrace.conf").read_text()
    nothing = 'map $server_name $ordertrace_system {\n    default "";\n}\n'
    assert text.count("server=127.0.0.1:4747,") == text.count(nothing) == 1
    text = text.replace(nothing, systems or nothing)
    nginx.put("ordertrace.conf", text.replace(":4747,", f":{udp_port},"))
    nginx.put("ordertrace-server.conf", ADAPTER / "ordertrace-server.conf")
    nginx.put("html/50x.html", "<p>Sorry.</p>\n")
    return f"""
    include {nginx.folder}/ordertrace.conf;
    large_client_header_buffers 4 16k;
    client_body_timeout 1s;
    {more}{server(nginx, port, service, "shop.example")}"""


def server(nginx, port, service, name):
    return f"""
    server {{
        listen 127.0.0.1:{port};
        server_name {name};
        include {nginx.folder}/ordertrace-server.conf;
        error_page 500 502 503 504 /50x.html;
        location = /50x.html {{ root {nginx.folder}/html; }}
        location / {{
            proxy_pass http://127.0.0.1:{service};
            proxy_read_timeout 1s;
        }}
        location = /api/orders/awaited/price {{
            proxy_pass http://127.0.0.1:{service};
            proxy_ignore_client_abort on;
        }}
        location /api/orders/moved/ {{ return 302 /login; }}
        location /api/orders/nginx/ {{ return 200; }}
    }}"""


@pytest.fixture(scope="module")
def api(tmp_path_factory, module_collector, service):
    agent = Agent(tmp_path_factory.mktemp("agent"), {"jaeger": module_collector.url}, system="online-shop").start()
    nginx, port = Nginx(), free_port()
    nginx.start(configured(nginx, agent.udp_port, port, service), port)
    yield Api(nginx, port, agent, module_collector)
    nginx.stop()


def is_step_of(span, order, name, result="ok", code=200):
    """The step `name` of this order in this system, and nothing of the line was left over."""
    assert span.trace_id == trace_id("shop", order)
    assert (span.value("order.id"), span.service, span.name, span.record) == (order, "online-shop", name, "step")
    assert (span.value("order.result"), span.value("order.code")) == (result, code)
    known = {"order.id", "order.namespace", "order.record", "order.result", "order.code", "step.id", "span.kind",
             "error", "otel.status_description", "upstream_time", "upstream", "http_method", "http_path"}
    assert span.tags.keys() <= known and span.logs == [], span


def test_a_request_is_a_step_with_its_duration_status_and_upstream_time(api, service):
    before = time.time()
    status, span = api.step("POST", ORDER, "sleep=0.15")
    after = time.time()
    assert status == 200
    is_step_of(span, "10042", "calc_price")
    assert 150_000 <= span.duration < (after - before + 0.01) * 1e6
    assert (before - 0.01) * 1e6 <= span.start and span.start + span.duration <= (after + 0.01) * 1e6
    kind, upstream = span.tags["upstream_time"]
    assert kind == "DOUBLE" and 0.14 <= upstream <= span.duration / 1e6 + 0.002
    assert span.value("upstream") == f"127.0.0.1:{service}"
    assert (span.value("http_method"), span.value("http_path")) == ("POST", ORDER)
    assert len(span.value("step.id")) == 32


@pytest.mark.parametrize("method, path, name", [
    ("GET", ORDER, "GET price"),
    ("HEAD", ORDER, "GET price"),
    ("GET", "/api/orders/10042", "GET order"),
    ("GET", "/api/orders/10042/", "GET order"),
    ("PUT", ORDER, "calc_price"),
    ("PATCH", "/api/orders/10042", "change_order"),
    ("DELETE", "/api/orders/10042/lines/3", "change_order"),
])
def test_the_step_is_named_by_method_and_route(api, method, path, name):
    is_step_of(api.step(method, path)[1], "10042", name)


@pytest.mark.parametrize("location, order", [
    ("/api/orders/10050", "10050"),
    ("https://shop.example/api/orders/A-77.b_c", "A-77.b_c"),
])
def test_an_order_just_created_is_known_by_the_answers_location(api, location, order):
    status, span = api.step("POST", "/api/orders", f"status=201;location={location}")
    assert status == 201
    is_step_of(span, order, "create_order", code=201)


@pytest.mark.parametrize("do", [
    "status=201", "status=201;location=/api/customers/10042", "status=201;location=/api/orders/",
    "status=201;location=/api/orders/10042%0Aord1", "status=500;location=/api/orders/10042",
    "status=201;location=/api/orders/10042?x=/api/orders/10043", "status=201;location=/api/orders/-",
])
def test_without_a_location_of_an_order_nothing_is_told(api, do):
    api.nothing("POST", "/api/orders", do)


def test_a_failure_of_the_service_fails_the_step(api):
    status, span = api.step("POST", ORDER, "status=500")
    assert status == 500
    is_step_of(span, "10042", "calc_price", "fail", 500)
    assert span.value("error") is True
    assert span.value("otel.status_description") == "the service answered 500"


@pytest.mark.parametrize("status", [502, 504])
def test_what_the_service_says_of_others_is_its_own_answer(api, status):
    _, span = api.step("POST", ORDER, f"status={status}")
    is_step_of(span, "10042", "calc_price", "fail", status)
    assert span.value("otel.status_description") == f"the service answered {status}"


def test_a_timeout_of_the_service_is_a_timeout_and_keeps_its_order(api):
    """nginx leads it on to its error page, which belongs to no order."""
    status, span = api.step("POST", ORDER, "sleep=1.5")
    assert status == 504
    is_step_of(span, "10042", "calc_price", "timeout", 504)
    assert span.duration >= 1_000_000
    assert span.value("otel.status_description") == "the service behind nginx did not answer in time (504)"
    assert (span.value("http_method"), span.value("http_path")) == ("POST", ORDER)


def test_a_service_that_is_gone_fails_the_step(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}, system="online-shop").start()
    nginx, port = Nginx(), free_port()
    nginx.start(configured(nginx, agent.udp_port, port, free_port()), port)
    status, span = Api(nginx, port, agent, collector).step("POST", ORDER)
    assert status == 502
    is_step_of(span, "10042", "calc_price", "fail", 502)
    assert span.value("otel.status_description") == "the service behind nginx gave no usable answer (502)"
    nginx.stop()
    agent.stop()


def test_of_several_attempts_the_last_one_counts(tmp_path, collector, service):
    agent = Agent(tmp_path, {"jaeger": collector.url}, system="online-shop").start()
    nginx, port = Nginx(), free_port()
    both = f"upstream both {{ server 127.0.0.1:{free_port()}; server 127.0.0.1:{service}; }}"
    text = configured(nginx, agent.udp_port, port, service, more=both)
    nginx.start(text.replace(f"proxy_pass http://127.0.0.1:{service}", "proxy_pass http://both"), port)
    api = Api(nginx, port, agent, collector)
    # One of the first two requests meets the dead one first.
    tried = [api.step("POST", ORDER)[1], api.step("POST", ORDER)[1]]
    assert any("," in span.value("upstream") for span in tried)
    for span in tried:
        is_step_of(span, "10042", "calc_price")
    _, span = api.step("POST", ORDER, "status=502")
    assert span.value("otel.status_description") == "the service answered 502"
    nginx.stop()
    agent.stop()


def test_several_services_behind_one_nginx(tmp_path, collector, service):
    """With the table that the page shows."""
    (systems,) = re.findall(r"```nginx\n(map .*?)```", (ADAPTER / "README.md").read_text(), re.DOTALL)
    agent = Agent(tmp_path, {"jaeger": collector.url}, system="online-shop")
    agent.config["listen"][0]["systems"] = ["crm"]
    agent.start()
    nginx, port, crm_port = Nginx(), free_port(), free_port()
    crm = server(nginx, crm_port, service, "crm.example")
    nginx.start(configured(nginx, agent.udp_port, port, service, systems, crm), port)
    api = Api(nginx, port, agent, collector)
    _, span = api.step("POST", f"{ORDER}/%22%20sys=online-shop", port=crm_port, headers={"Host": "shop.example"})
    assert (span.service, span.name) == ("crm", "change_order")
    is_step_of(api.step("POST", ORDER, headers={"Host": "crm.example"})[1], "10042", "calc_price")
    nginx.stop()
    agent.stop()


def test_a_client_that_goes_away_before_the_answer_says_nothing(api):
    """The service may be about to send it away."""
    api.nothing_of(lambda: api.send(ORDER + "?gone", "X-Do: status=401;sleep=0.8\r\nContent-Length: 0", leave=True))


def test_where_nginx_waits_all_the_same_the_step_comes_with_the_services_answer(api):
    path = "/api/orders/awaited/price"
    _, span = api.one_step(lambda: api.send(path, "X-Do: status=500;sleep=0.3\r\nContent-Length: 0", leave=True))
    is_step_of(span, "awaited", "calc_price", "fail", 500)
    assert span.duration >= 300_000


@pytest.mark.parametrize("status", [301, 302, 303, 307, 400, 401, 402, 403, 404, 405, 413, 414, 422, 429, 501, 505])
def test_what_the_service_will_not_hear_of_makes_no_order(api, status):
    assert api.nothing("POST", "/api/orders/guessed/price", f"status={status}") == status


@pytest.mark.parametrize("status", [202, 204, 409, 412, 423, 503])
def test_what_the_service_says_of_an_order_is_a_step(api, status):
    _, span = api.step("POST", ORDER, f"status={status}")
    is_step_of(span, "10042", "calc_price", "fail" if status >= 500 else "ok", status)


@pytest.mark.parametrize("noted, headers", [
    (501, "Transfer-Encoding: gzip"),
    (413, "Content-Length: 2000000"),
    (408, "Content-Length: 10"),
])
def test_what_nginx_refuses_by_itself_is_no_word_of_the_service(api, noted, headers):
    api.nothing_of(lambda: api.send(f"/api/orders/10042/price?{noted}", headers))
    assert f'/price?{noted} HTTP/1.1" {noted} ' in api.nginx.text("access.log")


@pytest.mark.parametrize("path, status", [("/api/orders/moved/price", 302), ("/api/orders/nginx/price", 200)])
def test_what_nginx_answers_by_itself_is_no_step(api, path, status):
    assert api.nothing("POST", path) == status


@pytest.mark.parametrize("path", ["/", "/api/customers/10042", "/api/orders", "/favicon.ico", "/api/ordersx/1/price"])
def test_requests_without_an_order_are_not_told(api, path):
    assert api.nothing("GET", path) == 200


# What a client may put into the path behind the order and the query, in the bytes of the request line.
HOSTILE = {
    "quotes": b'?q="%22"%22 res=ok',
    "a line of its own in the query": b"?x=%0Aord1%20span%2010043%20step=x%20res=ok",
    "an escape of the log": b"?x=\\x22%20sys=crm",
    "Cyrillic in the query": "?город=Москва".encode(),
    "other charset in the query": b"?x=\xCC\xEE\xF1\xEA\xE2\xE0",
    "3 KB": b"?" + b"a" * 3000,
}

# Into the path itself, behind the order: it is kept as http_path.
HOSTILE_PATHS = {
    "quotes": (b"/a%22%20res=ok%20sys=crm%20step=x", '/a" res=ok sys=crm step=x'),
    "a line of its own": (b"/a%0Aord1%20span%2010043%20step=x%20res=ok", "/a\ufffdord1 span 10043 step=x res=ok"),
    "a carriage return": (b"/a%0D%0Aord1%20status%2010043%20st=SHIPPED", "/a\ufffd\ufffdord1 status 10043 st=SHIPPED"),
    "free text": (b"/a%20:note%20_x=1", "/a :note _x=1"),
    "an escape": (b"/a\\x22%20res=ok", '/a\\x22 res=ok'),
    "a doubled escape": (b"/a%5Cx22%5C%22%20res=ok", '/a\\x22\\" res=ok'),
    "a backslash at the end": (b"/a%5C", "/a\\"),
    "Cyrillic": ("/город".encode(), "/город"),
    "another charset": (b"/%CC%EE%F1", "/\ufffd\ufffd\ufffd"),
    "a syslog header": (b"/%3C190%3ENov%2022%20nginx:%20ord1%20span%2010043", "/<190>Nov 22 nginx: ord1 span 10043"),
    "JSON": (b'/%7B%22v%22:1%7D', '/{"v":1}'),
    "much": (b"/" + b"a" * 3000, "/" + "a" * (200 - len("/api/orders/10042/"))),
    "much that must be escaped": (b"/" + b"%22" * 3000, "/" + '"' * (200 - len("/api/orders/10042/"))),
    "a character cut in two": ("/".encode() + "я".encode() * 1000, None),
    "doubled slashes": (b"//a", "/a"),
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_query_changes_nothing(api, name):
    status, span = api.step("POST", ORDER.encode() + HOSTILE[name].replace(b" ", b"%20"), "status=500")
    assert status == 500
    is_step_of(span, "10042", "calc_price", "fail", 500)
    assert span.value("http_path") == ORDER


@pytest.mark.parametrize("name", list(HOSTILE_PATHS))
def test_a_hostile_path_changes_nothing_but_the_path(api, name):
    behind, shown = HOSTILE_PATHS[name]
    status, span = api.step("POST", b"/api/orders/10042" + behind, "status=500")
    assert status == 500
    is_step_of(span, "10042", "change_order", "fail", 500)
    if shown is not None:
        assert span.value("http_path") == "/api/orders/10042" + shown


@pytest.mark.parametrize("headers", [
    {"User-Agent": 'x" res=ok sys=crm'}, {"Referer": "x\\x22 res=ok"}, {"Host": "shop.example"},
    {"X-Request-Id": "1\tord1 status 10043 st=SHIPPED"}, {"traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01"},
    {"User-Agent": "x\xff\xfe"}, {"X-Order-Id": "10043"}, {"Location": "/api/orders/10043"},
    {"Cookie": "a=" + "b" * 3000},
])
def test_a_hostile_header_changes_nothing(api, headers):
    status, span = api.step("POST", ORDER, "status=500", headers=headers)
    assert status == 500
    is_step_of(span, "10042", "calc_price", "fail", 500)
    assert span.references == []


@pytest.mark.parametrize("path, order", [
    ("/api/orders/%D0%97%D0%9A-77/price", "ЗК-77"),
    ("/api/orders/%31%30%30%34%32/price", "10042"),
    ("/api/orders/10043/../10042/price", "10042"),
    ("/api/orders/10043%2F..%2F10042/price", "10042"),
    ("/x/../api/orders/10042/price", "10042"),
    ("//api///orders//10042//price", "10042"),
    ("/api/orders/10042/price;sys=crm", "10042"),
])
def test_the_order_is_read_from_the_path_as_nginx_understands_it(api, path, order):
    assert api.step("POST", path)[1].value("order.id") == order


@pytest.mark.parametrize("path", [
    "/api/orders/10042%0Aord1/price", "/api/orders/10042%20sys=crm/price", "/api/orders/10042%22/price",
    "/api/orders/10042%0A", "/api/orders/10042%5Cx22/price", "/api/orders/10042%09/price", "/api/orders/%3Cscript%3E",
    "/api/orders/" + "1" * 129 + "/price", "/api/orders/-/price", "/api/orders/%2D",
])
def test_what_can_be_no_order_id_makes_no_order(api, path):
    api.nothing("POST", path)


def test_bytes_that_are_no_text_do_not_turn_the_order_into_another(api):
    """In a line that is no UTF-8 the agent would take all of it, the order too, for another charset."""
    _, span = api.step("POST", b"/api/orders/%D0%97%D0%9A-77/%FF%FE", "status=500")
    is_step_of(span, "ЗК-77", "change_order", "fail", 500)


def test_a_hostile_method_is_no_step(api):
    assert api.nothing("POSTX", ORDER) in (200, 405, 501)


def test_the_servers_own_log_goes_on(api):
    api.step("POST", ORDER)
    wait_for("the request is in access.log", lambda: f"POST {ORDER}" in api.nginx.text("access.log"))


def test_every_request_is_one_step_and_nothing_of_it_is_lost(api):
    before = api.agent.scrape()
    connections = []
    for n in range(20):
        connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
        connections.append(connection)
        for k in range(10):
            connection.request("POST", f"/api/orders/L-{n}-{k}/price")
            connection.getresponse().read()
    for connection in connections:
        connection.close()
    after = api.agent.wait_metric("ordertrace_events_received_total", before.received + 200)
    assert after.received == before.received + 200 and after.lost_in_kernel == before.lost_in_kernel
    assert after.sum("ordertrace_events_rejected_total") == 0


def test_without_an_agent_the_service_is_as_fast_as_ever(tmp_path, collector, service):
    agent = Agent(tmp_path, {"jaeger": collector.url}, system="online-shop")
    nginx, port = Nginx(), free_port()
    nginx.start(configured(nginx, agent.udp_port, port, service), port)
    api = Api(nginx, port, agent, collector)
    began = time.monotonic()
    assert [api.ask("POST", ORDER) for _ in range(50)] == [200] * 50
    assert time.monotonic() - began < 50 * 0.1
    agent.start()
    # The first line after the agent's return may still meet the refusal of the one before it.
    wait_for("steps come again", lambda: api.ask("POST", ORDER) == 200 and api.received() > 0)
    nginx.stop()
    agent.stop()
