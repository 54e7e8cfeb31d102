"""The front as it ships, by a real nginx, with a real board behind it and a stand-in for Jaeger that notes what reaches
it: who may do what, what is closed, what is written down, and that an agent comes in by its certificate alone."""

import base64
import http.client
import json
import re
import shutil
import socket
import ssl
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import debian_root
import jaeger
from board import Board
from certificates import Authority
from harness import CLI, SOURCE, Agent, destination, free_port, run, wait_for
from ids import trace_id
from nginx import Front
from test_jaeger_config import ShippedJaeger

VIEWER, OPERATOR = ("viewer1", "a long viewer password"), ("operator1", "a long operator password")
NOBODY = None
TRACE = trace_id("shop", "10042")


class Listener:
    """An HTTP server that says yes to everything and notes what it was asked; an answer may be a function."""

    def __init__(self, answer=lambda request: (200, {}, b"{}")):
        heard = self.heard = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def respond(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                heard.append((self.command, self.path, dict(self.headers)))
                status, headers, body = answer(self)
                self.send_response(status)
                for key, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(key, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = respond

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def paths(self):
        return [(method, path) for method, path, _ in self.heard]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Site:
    """The front and what is behind it."""

    def __init__(self, folder, jaeger_intake, sign_in="htpasswd", oidc=None, jaeger_pages=None):
        self.certificates = folder / "certificates"
        made = run(SOURCE / "deploy/nginx/trial-certificates.sh", self.certificates, "127.0.0.1", "mes")
        assert made.returncode == 0, made.stderr
        self.jaeger = Listener()
        web = {"base_path": "/board/", "jaeger_url": "https://127.0.0.1/jaeger"}
        self.board = Board(folder / "board", web=web).start()
        self.local_agent = Agent(folder / "local", {"board": self.board.intake}).start()
        addresses = {
            "127.0.0.1:4750": f"127.0.0.1:{self.board.web_port}",
            "127.0.0.1:4751": f"127.0.0.1:{self.board.intake_port}",
            "127.0.0.1:16686": jaeger_pages or self.jaeger.address,
            "127.0.0.1:14268": f"127.0.0.1:{jaeger_intake}",
            "127.0.0.1:4748": f"127.0.0.1:{self.local_agent.admin_port}",
        }
        if oidc:
            addresses["127.0.0.1:4180"] = oidc
        self.front = Front(addresses, self.certificates, dict([VIEWER, OPERATOR]), [OPERATOR[0]], sign_in).start()
        self.tls = ssl.create_default_context(cafile=self.certificates / "people-ca.crt")

    def ask(self, method, path, who=NOBODY, timeout=10, **headers):
        """Status, headers and text."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.front.people_port, context=self.tls, timeout=timeout)
        try:
            given = {"Host": "orders.example.com"} | {key.replace("_", "-"): value for key, value in headers.items()}
            if who:
                given["Authorization"] = "Basic " + base64.b64encode(":".join(who).encode()).decode()
            connection.request(method, path, headers=given)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def looks(self):
        return [json.loads(line) for line in self.front.text("ordertrace-looks.log").splitlines()]

    def agent(self, folder, name="mes", **tls):
        """An agent of another host, which delivers to the board and to Jaeger through the front."""
        files = {"ca_file": str(self.certificates / "intake-ca.crt")}
        if name:
            files |= {f"{what}_file": str(self.certificates / f"{name}.{ending}") for what, ending in
                      (("cert", "crt"), ("key", "key"))}
        files |= {key: str(value) for key, value in tls.items()}
        return Agent(folder, [destination(to, self.front.intake(to)) | {"tls": files} for to in ("board", "jaeger")])

    def close(self):
        self.front.stop()
        self.jaeger.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory, module_collector):
    made = Site(tmp_path_factory.mktemp("site"), module_collector.port)
    made.local_agent.send_and_see("ord1 status 10042 st=PRICE_CALCULATED")
    made.local_agent.wait_delivered()
    yield made
    made.close()


CLOSED = (404, 404, 404)
# method and path, then the answer to nobody, to a viewer and to an operator.
RIGHTS = [
    ("GET", "/", (302, 302, 302)),
    ("GET", "/board/", (401, 200, 200)),
    ("GET", "/board/orders/10042", (401, 200, 200)),
    ("GET", "/board/orders/nobody-knows-it", (401, 404, 404)),
    ("GET", "/board/orders/?id=10042", (401, 303, 303)),
    ("GET", "/board/api/orders/10042", (401, 200, 200)),
    ("GET", "/board/api/stuck", (401, 200, 200)),
    ("GET", "/board/assets/board.js", (401, 200, 200)),
    ("GET", "/board/metrics", (401, 200, 200)),
    ("POST", "/board/", CLOSED),
    ("DELETE", "/board/api/orders/10042", CLOSED),
    ("GET", "/jaeger/", (401, 200, 200)),
    ("GET", "/jaeger/search?service=order", (401, 200, 200)),
    ("GET", f"/jaeger/trace/{TRACE}", (401, 200, 200)),
    ("GET", "/jaeger/static/index.js", (401, 200, 200)),
    ("GET", f"/jaeger/api/traces/{TRACE}", (401, 200, 200)),
    ("GET", f"/jaeger/api/v3/traces/{TRACE}", (401, 200, 200)),
    ("GET", "/jaeger/api/traces?service=mes&tags=%7B%22order.id%22%3A%2210042%22%7D", (401, 200, 200)),
    ("GET", "/jaeger/api/services", (401, 200, 200)),
    ("GET", "/jaeger/api/services/mes/operations", (401, 200, 200)),
    ("GET", "/jaeger/api/dependencies?endTs=1", (401, 200, 200)),
    ("POST", f"/jaeger/api/archive/{TRACE}", (401, 403, 200)),
    ("GET", f"/jaeger/api/archive/{TRACE}", CLOSED),
    ("POST", "/jaeger/api/archive/..%2Ftransform", CLOSED),
    ("POST", "/jaeger/api/traces", CLOSED),
    ("POST", "/jaeger/api/transform", CLOSED),
    ("POST", "/jaeger/api/ai/analyze", CLOSED),
    ("GET", "/jaeger/api/ai/chat", CLOSED),
    ("GET", "/jaeger/static/..%2fapi%2fai/chat", CLOSED),
    ("GET", "/jaeger/api/traces/../ai/chat", CLOSED),
    ("GET", "/jaeger//api/ai/chat", CLOSED),
    ("GET", "/jaeger/api/traces//../../ai/chat", CLOSED),
    ("GET", "//jaeger/api/traces", CLOSED),
    ("POST", "/jaeger/api/otlp/v1/traces", CLOSED),
    ("POST", "/jaeger/v1/traces", CLOSED),
    ("POST", "/v1/traces", CLOSED),
    ("POST", "/api/traces", CLOSED),
    ("POST", "/jaeger.api_v2.QueryService/GetTrace", CLOSED),
    ("PUT", f"/jaeger/api/traces/{TRACE}", CLOSED),
    ("GET", "/agents/local/status", (401, 403, 200)),
    ("GET", "/agents/local/metrics", (401, 403, 200)),
    ("GET", "/agents/local/healthz", (401, 403, 200)),
    ("GET", "/agents/another/status", (404, 404, 404)),
    ("GET", "/agents/local/elsewhere", CLOSED),
    ("POST", "/agents/local/status", CLOSED),
    ("GET", "/_allowed", CLOSED),
    ("GET", "/_role", CLOSED),
    ("GET", "/oauth2/auth", CLOSED),
    ("GET", "/.git/config", CLOSED),
]


@pytest.mark.parametrize("method, path, answers", RIGHTS, ids=lambda value: value if isinstance(value, str) else "")
def test_the_rights(site, method, path, answers):
    given = tuple(site.ask(method, path, who)[0] for who in (NOBODY, VIEWER, OPERATOR))
    assert given == answers


def test_what_is_closed_never_reaches_jaeger(site):
    before = len(site.jaeger.heard)
    for method, path, answers in RIGHTS:
        if path.startswith("/jaeger") and answers == CLOSED:
            site.ask(method, path, OPERATOR)
    assert site.jaeger.paths()[before:] == []


def test_grpc_is_not_reachable(site):
    status, _, _ = site.ask("POST", "/jaeger.api_v3.QueryService/GetTrace", OPERATOR, Content_Type="application/grpc")
    assert status == 404


def test_what_is_handed_on_names_nobody(site):
    site.ask("GET", f"/jaeger/api/traces/{TRACE}?raw=true", VIEWER, Cookie="secret=1")
    method, path, headers = site.jaeger.heard[-1]
    assert (method, path) == ("GET", f"/jaeger/api/traces/{TRACE}?raw=true")
    assert not {"authorization", "cookie"} & {name.lower() for name in headers}
    assert headers["Host"] == "localhost", "an agent answers to no other name"


def test_the_board_is_whole_behind_the_front(site):
    status, headers, page = site.ask("GET", "/board/orders/10042", VIEWER)
    assert status == 200 and '"/board/assets/board.js"' in page and f"https://127.0.0.1/jaeger/trace/{TRACE}" in page
    assert headers.get_all("Content-Security-Policy") == [headers["Content-Security-Policy"]]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert site.ask("GET", "/board/orders/?id=A/B%20%D0%97", VIEWER)[1]["Location"] == "/board/orders/A%2FB%20%D0%97"
    assert json.loads(site.ask("GET", "/board/api/orders/A%2FB%20%D0%97", VIEWER)[2])["order"] == "A/B З"
    assert json.loads(site.ask("GET", "/board/api/orders/a%2F%2Fb", VIEWER)[2])["order"] == "a//b"


def test_the_tool_asks_the_board_through_the_front(site, tmp_path):
    password = tmp_path / "password"
    password.write_text(VIEWER[1] + "\n")
    url, authority = f"https://127.0.0.1:{site.front.people_port}/board", site.certificates / "people-ca.crt"
    board = ["--board", url, "--ca", authority]
    asked = run(CLI, "where", "10042", *board, "--user", VIEWER[0], "--password-file", password)
    assert asked.returncode in (0, 1) and "PRICE_CALCULATED" in asked.stdout, asked.stderr
    assert run(CLI, "where", "10042", *board).returncode == 69


@pytest.mark.parametrize("path", ["/board/", "/jaeger/", "/nothing", "/agents/local/status"])
def test_security_headers(site, path):
    for who in (NOBODY, OPERATOR):
        _, headers, _ = site.ask("GET", path, who)
        wanted = {"Strict-Transport-Security": "max-age=31536000", "X-Content-Type-Options": "nosniff",
                  "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"}
        assert {name: headers.get_all(name) for name in wanted} == {name: [value] for name, value in wanted.items()}
        assert headers["Server"] == "nginx"
    if path != "/board/":
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_who_looked_at_which_order(site):
    site.ask("GET", "/board/api/stuck?limit=7", VIEWER)  # a line is written after its answer: what came before is there now

    def since():
        found = site.looks()
        return found[[look["query"] for look in found].index("limit=7") + 1:]
    wait_for("the first look is written down", lambda: "limit=7" in [look["query"] for look in site.looks()])
    site.ask("GET", "/board/orders/10042", VIEWER)
    site.ask("GET", "/board/api/orders/%D0%97%D0%9A-77%22", OPERATOR)
    site.ask("GET", "/board/orders/a%2F%2Fb", OPERATOR)
    site.ask("GET", f"/jaeger/trace/{TRACE}", VIEWER)
    site.ask("GET", "/jaeger/api/traces?tags=%7B%22order.id%22%3A%2210042%22%7D", VIEWER)
    site.ask("POST", f"/jaeger/api/archive/{TRACE}", VIEWER)
    site.ask("GET", "/board/orders/10042")
    site.ask("GET", "/board/assets/board.js", VIEWER)
    looks = wait_for("all is written down", lambda: len(since()) >= 6 and since())
    assert [(l["user"], l["role"], l["order"], l["trace"], l["method"], l["status"]) for l in looks] == [
        ("viewer1", "viewer", "10042", "", "GET", 200),
        ("operator1", "operator", 'ЗК-77"', "", "GET", 404),
        ("operator1", "operator", "a//b", "", "GET", 404),
        ("viewer1", "viewer", "", TRACE, "GET", 200),
        ("viewer1", "viewer", "", "", "GET", 200),
        ("viewer1", "viewer", "", TRACE, "POST", 403),
    ]
    assert "10042" in looks[4]["query"] and looks[0]["from"] == "127.0.0.1"
    assert abs(time.time() - time.mktime(time.strptime(looks[0]["time"][:19], "%Y-%m-%dT%H:%M:%S"))) < 60


def test_a_wrong_password_gets_in_nowhere_and_waits(site):
    began = time.monotonic()
    status, headers, _ = site.ask("GET", "/board/", (VIEWER[0], "wrong"))
    assert status == 401 and headers["WWW-Authenticate"].startswith("Basic ")
    assert time.monotonic() - began >= 3
    for who, answer in ((None, 401), (VIEWER, 200)):
        began = time.monotonic()
        assert site.ask("GET", "/board/", who)[0] == answer
        assert time.monotonic() - began < 3, "who sends no password, or the right one, does not wait"


def test_guessing_passwords_is_slowed_down_even_if_the_guesser_does_not_wait(site):
    """Without the limit every one of these guesses would be checked."""
    def guess(number):
        with socket.create_connection(("127.0.0.1", site.front.people_port)) as raw, \
                site.tls.wrap_socket(raw, server_hostname="127.0.0.1") as connection:
            word = base64.b64encode(f"{VIEWER[0]}:guess {number}".encode()).decode()
            connection.sendall(f"GET /board/ HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {word}\r\n\r\n".encode())
            connection.settimeout(0.05)
            try:
                return connection.recv(100)[9:12].decode()
            except TimeoutError:
                return "gone"       # a right password would have been answered by now

    def done():
        """By nginx, since its start: checked, turned away."""
        return Counter(re.findall("password mismatch|limiting connections", site.front.errors))
    before, began = done(), time.monotonic()
    with ThreadPoolExecutor(8) as guessers:
        answers = Counter(guessers.map(guess, range(200)))
    spent = time.monotonic() - began
    guesses = wait_for("all guesses are done with", lambda: (done() - before).total() >= 200 and done() - before)
    status = site.ask("GET", "/board/", VIEWER)[0]
    if time.monotonic() - began < 3:
        assert status == 429, "as long as all places are taken"
    wait_for("the places are free again", lambda: site.ask("GET", "/board/", VIEWER)[0] == 200, 15)
    print(f"{guesses} in {spent:.1f} s, the guesser saw {answers}")
    assert 0 < guesses["password mismatch"] <= 30 * (1 + spent / 3)
    assert guesses.total() == 200 and answers["429"] > 0 and answers["401"] == 0


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1")
@pytest.mark.parametrize("port", ["people_port", "intake_port"])
def test_tls_1_1_is_refused(site, port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    for newest, refused in ((ssl.TLSVersion.TLSv1_1, True), (ssl.TLSVersion.TLSv1_2, False)):
        context.maximum_version = newest
        with socket.create_connection(("127.0.0.1", getattr(site.front, port))) as raw:
            if refused:
                with pytest.raises(ssl.SSLError, match="(?i)protocol.version"):
                    context.wrap_socket(raw)
            else:
                context.wrap_socket(raw).close()


@pytest.mark.parametrize("port", ["people_port", "intake_port"])
def test_plain_http_is_refused(site, port):
    connection = http.client.HTTPConnection("127.0.0.1", getattr(site.front, port), timeout=10)
    connection.request("GET", "/board/")
    assert connection.getresponse().status == 400
    connection.close()


def test_an_agent_with_a_certificate_delivers_to_both(site, tmp_path, module_collector):
    agent = site.agent(tmp_path).start()
    agent.send("ord1 status 20042 st=PRICE_CALCULATED", "ord1 span 20042 step=calc_price ms=5")
    agent.wait_metric("ordertrace_events_received_total", 2)
    agent.wait_delivered()
    assert site.board.verdict("20042") != "unknown"
    assert module_collector.only(trace_id=trace_id("shop", "20042"), name="calc_price").service == "mes"
    assert module_collector.requests[-1].headers["host"] == "localhost"
    assert all(d["dropped"] == {} for d in agent.stop().destinations.values())


def test_a_full_batch_goes_through(site, tmp_path, module_collector):
    agent = site.agent(tmp_path, "mes")
    agent.config["export"] = agent.config["export"][1:]
    agent.config["export"][0]["batch"] = {"max_spans": 100000, "max_bytes": "19MiB", "max_wait": "2s"}
    agent.start()
    note = "x" * 3900
    agent.send_and_see(*[f"ord1 span B-{n} step=load ms=5 :{note}" for n in range(1200)])
    agent.wait_delivered(30)
    assert max(r.wire_bytes for r in module_collector.requests) > 4 << 20
    agent.stop()


@pytest.mark.parametrize("client", ["none", "another authority's", "plain HTTP"])
def test_an_agent_without_a_certificate_delivers_nothing_and_loses_nothing(site, tmp_path, client):
    if client == "none":
        agent = site.agent(tmp_path / "agent", None)
    elif client == "plain HTTP":
        agent = site.agent(tmp_path / "agent")
        for to in agent.config["export"]:
            to["url"] = [to["url"][0].replace("https://", "http://")]
            del to["tls"]
    else:
        stranger = Authority(tmp_path / "strangers", "Strangers").issue("mes")
        agent = site.agent(tmp_path / "agent", None, cert_file=stranger.cert, key_file=stranger.key)
    agent.start()
    order = f"lost-{client.split()[0]}"
    agent.send_and_see(f"ord1 status {order} st=PRICE_CALCULATED")
    for to in ("board", "jaeger"):
        agent.wait_metric("ordertrace_export_requests_total", 3, to=to)
        assert agent.scrape().get("ordertrace_spans_pending", to=to) == 1
    if client != "plain HTTP":
        assert "a client certificate of the agents' authority is needed" in agent.log
    balance = agent.stop()
    assert {d["pending"] for d in balance.destinations.values()} == {1}
    assert all(d["dropped"] == {} for d in balance.destinations.values())
    assert site.board.verdict(order) == "unknown"
    # With the right files the same agent delivers what it kept.
    agent.config["export"] = site.agent(tmp_path / "mended").config["export"]
    agent.start()
    agent.wait_delivered()
    wait_for("the board knows the order", lambda: site.board.verdict(order) != "unknown")
    agent.stop()


def test_the_intake_takes_batches_and_nothing_else(site):
    tls = ssl.create_default_context(cafile=site.certificates / "intake-ca.crt")
    tls.load_cert_chain(site.certificates / "mes.crt", site.certificates / "mes.key")

    def ask(method, path):
        connection = http.client.HTTPSConnection("127.0.0.1", site.front.intake_port, context=tls, timeout=10)
        connection.request(method, path)
        status = connection.getresponse().status
        connection.close()
        return status
    assert [ask("GET", "/board/api/traces"), ask("GET", "/jaeger/api/traces")] == [403, 403]
    assert [ask("POST", "/api/traces"), ask("GET", "/board/"), ask("POST", "/board/api/traces/")] == [404, 404, 404]


def test_an_agent_more_gets_a_certificate_and_the_others_keep_theirs(site):
    before = {path.name: path.read_bytes() for path in site.certificates.glob("*.crt")}
    made = run(SOURCE / "deploy/nginx/trial-certificates.sh", site.certificates, "127.0.0.1", "mes", "crm")
    assert made.returncode == 0, made.stderr
    after = {path.name: path.read_bytes() for path in site.certificates.glob("*.crt")}
    assert set(after) - set(before) == {"crm.crt"} and before.items() <= after.items()
    assert all(path.stat().st_mode & 0o077 == 0 for path in site.certificates.glob("*.key"))


def test_the_sign_in_server_and_nothing_else_listens_for_the_front(site):
    """Its own check of passwords is on loopback, as all that is behind it."""
    shipped = [line.split()[1].rstrip(";") for path in (SOURCE / "deploy/nginx").rglob("*.conf")
               for line in path.read_text().splitlines() if line.strip().startswith("listen ")]
    assert sorted(shipped) == ["127.0.0.1:4753", "14443", "443"]


@pytest.mark.skipif(bool(jaeger.why_not()), reason=jaeger.why_not())
def test_a_real_jaeger_behind_the_front(tmp_path):
    running = ShippedJaeger(tmp_path / "jaeger", SOURCE / "deploy/jaeger/config-memory.yaml").start()
    site = Site(tmp_path, running.intake_port, jaeger_pages=f"127.0.0.1:{running.query_port}")
    agent = site.agent(tmp_path / "agent").start()
    agent.send_and_see("ord1 span 30042 step=calc_price ms=5")
    agent.wait_delivered()
    trace = trace_id("shop", "30042")
    for path in (f"/jaeger/api/traces/{trace}", f"/jaeger/api/v3/traces/{trace}"):
        status, _, text = site.ask("GET", path, VIEWER)
        assert status == 200 and "calc_price" in text
    assert json.loads(site.ask("GET", "/jaeger/api/services", VIEWER)[2])["data"] == ["mes"]
    assert site.ask("GET", "/jaeger/search", VIEWER)[0] == 200
    assert site.ask("POST", f"/jaeger/api/archive/{trace}", OPERATOR)[0] == 200
    site.close()


# The steps of the page, as they stand, on what Debian's package brings; folders and network are the test's own.

HOST_OF_THE_TEST = r"""
mount --bind "$PWD/nginx" /etc/nginx
mount --bind "$PWD/logs" /var/log/nginx
mount -t tmpfs tmpfs /run
ip link set lo up
nginx
set -x
"""
ASKED = r"""
until (: < /dev/tcp/127.0.0.1/443) 2> /dev/null; do sleep 0.1; done
for path in board/ agents/local/status; do
    curl -sS -o answer -w "$path %{http_code}\n" -u 'viewer1:a long viewer password' --cacert tls/people-ca.crt \
        --resolve "$host:443:127.0.0.1" "https://$host/$path"
done
stat -c '%a %n' /etc/nginx/ordertrace/{tls,tls/people.key,users.htpasswd}
"""


def test_the_steps_of_the_page(tmp_path):
    debian_root.need("nginx", "unshare")
    (tmp_path / "bin").mkdir()
    sudo = tmp_path / "bin/sudo"
    sudo.write_text('#!/bin/sh\nexec "$@"\n')
    sudo.chmod(0o755)
    shutil.copytree("/etc/nginx", tmp_path / "nginx", symlinks=True)
    (tmp_path / "logs").mkdir()
    (tmp_path / "deploy").symlink_to(SOURCE / "deploy")
    steps = re.findall(r"```bash\n(.*?)```", (SOURCE / "deploy/nginx/README.md").read_text(), re.DOTALL)
    (tmp_path / "script").write_text(HOST_OF_THE_TEST + "".join(steps) + ASKED)
    # setsid: without a terminal the password is asked for on standard input.
    done = run("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "setsid", "--wait", "bash", "-eu", "script",
               cwd=tmp_path, input=f"{VIEWER[1]}\n{VIEWER[1]}\n",
               env={"PATH": f"{tmp_path}/bin:/usr/sbin:/usr/bin:/sbin:/bin"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-5:] == [
        "board/ 502", "agents/local/status 403", "700 /etc/nginx/ordertrace/tls", "600 /etc/nginx/ordertrace/tls/people.key",
        "640 /etc/nginx/ordertrace/users.htpasswd"], "a viewer is let in, and behind the front there is nobody yet"


# Sign-in by an OIDC proxy: a stand-in for it that knows two sessions.

SESSIONS = {"session=v": ("viewer1@example.com", "staff,ordertrace-viewers"),
            "session=o": ("operator1@example.com", "ordertrace-operators"),
            "session=x": ("xenia@example.com", "staff,not-ordertrace-operators")}


def oidc_answer(request):
    path, _, query = request.path.partition("?")
    if path == "/oauth2/auth":
        session = SESSIONS.get(request.headers.get("Cookie"))
        if not session:
            return 401, {}, b""
        allowed = set(query.removeprefix("allowed_groups=").split(","))
        headers = {"X-Auth-Request-Email": session[0], "X-Auth-Request-User": "u-1",
                   "X-Auth-Request-Groups": session[1]}
        return (202 if allowed & set(session[1].split(",")) else 403), headers, b""
    return 302, {"Location": "https://id.example.com/"}, b""


@pytest.fixture(scope="module")
def oidc_site(tmp_path_factory):
    proxy = Listener(oidc_answer)
    made = Site(tmp_path_factory.mktemp("oidc"), free_port(), "oidc", proxy.address)
    yield made
    made.close()
    proxy.close()


@pytest.mark.parametrize("path, method, answers", [
    ("/board/", "GET", (302, 200, 200, 403)),
    ("/jaeger/api/services", "GET", (302, 200, 200, 403)),
    (f"/jaeger/api/archive/{TRACE}", "POST", (302, 403, 200, 403)),
    ("/agents/local/status", "GET", (302, 403, 200, 403)),
    ("/jaeger/api/ai/chat", "POST", (404, 404, 404, 404)),
    ("/oauth2/auth", "GET", (404, 404, 404, 404)),
    ("/oauth2/callback?code=1", "GET", (302, 302, 302, 302)),
])
def test_the_rights_by_an_oidc_proxy(oidc_site, path, method, answers):
    given = tuple(oidc_site.ask(method, path, **headers)[0] for headers in ({}, *({"Cookie": c} for c in SESSIONS)))
    assert given == answers


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(oidc_site):
    assert oidc_site.ask("GET", "/board/orders/10042")[1]["Location"] == "/oauth2/start?rd=/board/orders/10042"
    assert oidc_site.ask("GET", "/evil.example/../board/")[1]["Location"] == "/oauth2/start?rd=/board/"
    assert oidc_site.ask("GET", "//evil.example/../board/")[0] == 404


def test_a_client_cannot_name_himself(oidc_site):
    status, _, _ = oidc_site.ask("GET", "/board/", X_Auth_Request_Email="operator1@example.com",
                                 X_Auth_Request_Groups="ordertrace-operators", Authorization="Basic b2xlZzp4")
    assert status == 302


def test_the_person_is_written_down_by_the_proxys_word(oidc_site):
    before = len(oidc_site.looks())
    oidc_site.ask("GET", "/board/orders/10042", Cookie="session=v")
    look = wait_for("it is written down", lambda: oidc_site.looks()[before:])[0]
    assert (look["user"], look["role"], look["order"]) == ("viewer1@example.com", "viewer", "10042")
