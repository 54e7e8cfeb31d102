"""The whole picture: a shop, a CRM and an MES without a line of tracing in them, their broker and databases, and around
them agents, adapters, a Jaeger, the register and the front. Real programs all, on free ports, in temporary folders."""

import base64
import http.client
import json
import ssl
import sys
from pathlib import Path

import yaml

from board import Board
from databases import Databases
from fault_collector import FaultCollector
from harness import CLI, SOURCE, Agent, Daemon, bound_udp_socket, destination, free_port, run, wait_for
from ids import trace_id
from jaeger import Jaeger
from nginx import Front, Nginx
from rabbit import Rabbit, joined, user
from test_rabbitmq import SHIPPED as BROKER_FILES, Adapter

HERE = Path(__file__).resolve().parent
SERVICES = HERE / "services"
LIMIT = 6  # seconds, of every hand-off here
VIEWER, OPERATOR = ("viewer1", "a long viewer password"), ("operator1", "a long operator password")
ROUTES = r"""map "$request_method $uri" $ordertrace_step {
    default "";
    "~^POST /api/orders/?\z" create_order;
    "~^POST /api/orders/[^/]+/approve\z" approve;
    "~^POST /api/orders/[^/]+/shipped\z" tell_customer;
"""
# The shop's own word on two statuses, which it has no other place to say.
STATUSES = r"""
map "$status $request_method $uri" $shop_status {
    default "";
    "~^201 POST /api/orders\z" CREATED;
    "~^200 POST /api/orders/[^/]+/shipped\z" SHIPPED;
}
log_format shop_status escape=default 'ord1 status "$ordertrace_order" st=$shop_status t=$msec';
access_log syslog:server=127.0.0.1:%d,tag=nginx,nohostname shop_status if=$shop_status;
"""
LIFECYCLE = {"skew": "1s", "retry_within": f"{LIMIT}s", "stages": {
    stage: {"reaches": dict.fromkeys(reached.split(), f"{LIMIT}s")} for stage, reached in {
        "CREATED": "crm mes", "PRICE_CALCULATED": "crm", "MANUFACTURING_APPROVED": "mes", "MANUFACTURING_STARTED": "crm",
        "MANUFACTURING_COMPLETED": "crm", "PACKAGING": "crm", "SHIPPED": "crm online-shop"}.items()}}


class Service(Daemon):
    """A program of the sample; `arguments` are asked for anew at each start."""

    def __init__(self, directory, name, arguments, **environment):
        self.name, self.directory, self.runs = name, directory / name, 0
        self.directory.mkdir(parents=True)
        self._arguments, self.environment = arguments, environment

    def start(self):
        words = self._arguments() if callable(self._arguments) else self._arguments
        self.launch([sys.executable, SERVICES / f"{self.name}.py", *words])
        return self

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class TrialJaeger(Jaeger):
    """As it ships for a trial."""

    def _config(self):
        shipped = SOURCE / "deploy/jaeger"
        config = yaml.safe_load((shipped / "config-memory.yaml").read_text())
        config["receivers"]["jaeger"]["protocols"]["thrift_http"]["endpoint"] = f"127.0.0.1:{self.intake_port}"
        config["extensions"]["jaeger_query"] |= {
            "ui": {"config_file": str(shipped / "ui.json")}, "http": {"endpoint": f"127.0.0.1:{self.query_port}"},
            "grpc": {"endpoint": f"127.0.0.1:{free_port()}"}}
        return config


class Api(Nginx):
    """A service's nginx with the adapter that ships."""

    def __init__(self, udp_port, service_port, more=""):
        super().__init__()
        self.port = free_port()
        shipped = SOURCE / "deploy/adapters/nginx"
        text = (shipped / "ordertrace.conf").read_text()
        begin = text.index('map "$request_method $uri" $ordertrace_step {')
        text = text[:begin] + ROUTES + text[text.index("}\n", begin):]
        self.put("ordertrace.conf", text.replace(":4747,", f":{udp_port},") + more)
        self.put("ordertrace-server.conf", shipped / "ordertrace-server.conf")
        self._http = f"""include {self.folder}/ordertrace.conf;
            server {{ listen 127.0.0.1:{self.port}; include {self.folder}/ordertrace-server.conf;
                location / {{ proxy_pass http://127.0.0.1:{service_port}; }} }}"""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        return super().start(self._http, self.port)


def _queues():
    """What the shop has anyway, and what of it the adapter is to see."""
    named = {"vhost": "/", "durable": True, "auto_delete": False, "arguments": {}}
    bound = {"vhost": "/", "destination_type": "queue", "arguments": {}}
    queues = ("q.mes", "q.crm")
    return {"exchanges": [{"name": "orders", "type": "direct", "internal": False, **named}],
            "queues": [{"name": name, **named} for name in queues],
            "bindings": [{"source": "orders", "destination": name, "routing_key": name, **bound} for name in queues] + [
                {"source": "amq.rabbitmq.trace", "destination": "ordertrace", "routing_key": f"deliver.{name}", **bound}
                for name in queues]}


def _ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Picture:
    def __init__(self, folder):
        self.folder = folder
        self.certificates = folder / "certificates"
        made = run(SOURCE / "deploy/nginx/trial-certificates.sh", self.certificates, "127.0.0.1", "online-shop", "crm", "mes")
        assert made.returncode == 0, made.stderr
        self._receivers()
        self.agents = {system: self._agent(system) for system in ("online-shop", "crm", "mes")}
        self.board.config["watch"]["emit_to"] = f"127.0.0.1:{self.agents['mes'].udp_port}"
        self._middle()
        self._services()

    # what there is

    def _receivers(self):
        self.jaeger = TrialJaeger(self.folder / "jaeger", base_path="/jaeger")
        self.board = Board(self.folder / "board", LIFECYCLE, web={"base_path": "/board/"}, watch={"settle": "1s"})
        self.rows = FaultCollector()  # what becomes rows of a ClickHouse, for a second board
        self.local_admin = free_port()
        addresses = {"127.0.0.1:4750": f"127.0.0.1:{self.board.web_port}", "127.0.0.1:4751": f"127.0.0.1:{self.board.intake_port}",
                     "127.0.0.1:16686": f"127.0.0.1:{self.jaeger.query_port}",
                     "127.0.0.1:14268": f"127.0.0.1:{self.jaeger.intake_port}", "127.0.0.1:4748": f"127.0.0.1:{self.local_admin}"}
        self.front = Front(addresses, self.certificates, dict([VIEWER, OPERATOR]), [OPERATOR[0]])

    def _agent(self, system):
        tls = {"ca_file": str(self.certificates / "intake-ca.crt"), "cert_file": str(self.certificates / f"{system}.crt"),
               "key_file": str(self.certificates / f"{system}.key")}
        to = [destination(name, self.front.intake(name)) | {"tls": tls} for name in ("jaeger", "board")]
        to.append(destination("rows", self.rows.url))
        held = [bound_udp_socket()] if system == "mes" else []  # as a service manager holds it: this agent is killed
        agent = Agent(self.folder / system, to, held, system=system, order={"origin": system == "online-shop"}, beat_every="2s")
        # Each on a host of its own. Two of one host that speak for one system may both tell of the same microsecond.
        agent.host = f"{system}-host"
        if system == "mes":  # the one on the host of the front
            agent.admin_port = self.local_admin
            agent.config["admin"] = {"listen": f"127.0.0.1:{self.local_admin}"}
        agent.http_port = free_port()
        others = [other for other in ("crm", "mes") if other != system]
        agent.config["listen"].append({"http": f"127.0.0.1:{agent.http_port}", "systems": others})
        return agent

    def door(self, system):
        return f"http://127.0.0.1:{self.agents[system].http_port}"

    def _middle(self):
        """The broker and the databases, each with its adapter."""
        shipped = json.loads((BROKER_FILES / "definitions.json").read_text())
        may = {"write": "^orders$", "read": "^q\\..*"}
        self.broker = Rabbit(joined(_queues(), shipped, user("ordertrace", "let me read", read="^ordertrace$"),
                                    user("mes", "mes", **may), user("mes-out", "mes", **may), user("crm", "crm", **may)),
                             advanced=(BROKER_FILES / "advanced.config").read_text())
        (self.folder / "rabbitmq").mkdir()
        edges = [{"from": sender, "to": receiver, "queue": queue, "routing_key": queue, "order": {"body": "/order"},
                  "status": {"body": "/status"}} for sender, receiver, queue in (("mes", "crm", "q.crm"), ("crm", "mes", "q.mes"))]
        self.broker_adapter = Adapter(self.folder / "rabbitmq", self.broker, self.door("mes"), edges=edges)
        self.agents["mes"].config["listen"][1]["systems"] = ["crm", "mes"]
        self.databases = Databases(self.folder, self.door("crm"), self.door("mes"))

    def amqp(self, name, password=None):
        return f"amqp://{name}:{password or name}@127.0.0.1:{self.broker.port}/%2F"

    def _services(self):
        self.shop_port, self.crm_port = free_port(), free_port()
        shop, crm = self.agents["online-shop"].udp_port, self.agents["crm"].udp_port
        self.shop_api, self.crm_api = Api(shop, self.shop_port, STATUSES % shop), Api(crm, self.crm_port)
        folder = self.folder / "services"
        self.shop = Service(folder, "shop", [self.shop_port, self.crm_api.url])
        self.crm = Service(folder, "crm", lambda: [self.crm_port, self.amqp("crm"), self.databases.url("crm")])
        self.crm_consumer = Service(folder, "crm_consumer",
                                    lambda: [self.amqp("crm"), self.databases.url("crm"), self.shop_api.url])
        machine = [CLI, "run", "--to", f"127.0.0.1:{self.agents['mes'].udp_port}", "--order", "{order}",
                   "--step", "machine {status}", "--", SERVICES / "machine.sh", "{order}", "{status}"]
        self.mes = Service(folder, "mes", lambda: [self.amqp("mes"), self.amqp("mes-out", "mes"), self.databases.url("mes"), *machine],
                           **self.databases.environment("mes", user="machine"))

    @property
    def services(self):
        return [self.shop, self.crm, self.crm_consumer, self.mes]

    # running it

    def start(self):
        self.rows.start()
        self.jaeger.start()
        self.board.start()
        self.front.start()
        for agent in self.agents.values():
            agent.start()
        self.broker.start()
        self.broker.ctl("trace_on")
        self.broker_adapter.start()
        self.databases.start()
        for program in (self.shop_api, self.crm_api, *self.services):
            program.start()
        for api in (self.shop_api, self.crm_api):
            wait_for("the service behind nginx answers", lambda api=api: _ask(api.port, "GET", "/")[0] == 404)
        return self

    def wait_copies_read(self):
        """By the broker's adapter: of each hand-off there was till now. Twice, for a copy may be on its way to it."""
        read = []

        def all_are_read():
            metrics = self.broker_adapter.metrics()
            read.append(metrics.get("ordertrace_rabbitmq_messages_acknowledged_total"))
            return (self.broker.depth("ordertrace") == (0, 1) and metrics.get("ordertrace_rabbitmq_messages_pending") == 0 and
                    read[-2:] == [read[-1]] * 2)
        wait_for("the adapter has read everything", all_are_read, 40)

    def stop(self):
        """The numbers of the broker's adapter once it has read everything, and the last balance of each agent."""
        for service in self.services:
            service.stop()
        self.databases.stop()
        adapter = self.broker_adapter
        self.wait_copies_read()
        copies = adapter.metrics()
        assert adapter.stop() == (copies.get("ordertrace_rabbitmq_messages_acknowledged_total"), 0)
        self.broker.close()
        balances = {system: agent.stop() for system, agent in self.agents.items()}
        for program in (self.shop_api, self.crm_api, self.board, self.front, self.jaeger):
            program.stop()
        return copies, balances

    def close(self):
        """What has a folder or children of its own, also after a test that failed."""
        self.broker.close()
        self.databases.server.close()
        for nginx in (self.shop_api, self.crm_api, self.front):
            if nginx.process is not None and nginx.process.poll() is None:
                nginx.stop()
        self.rows.close()

    # what a customer does

    def create(self, order):
        assert _ask(self.shop_api.port, "POST", "/api/orders", {"order": order})[0] == 201

    def approve(self, order):
        assert _ask(self.shop_api.port, "POST", f"/api/orders/{order}/approve", {})[0] == 202

    # what people see

    def see(self, method, path, who=None):
        """Through the front: status and text."""
        tls = ssl.create_default_context(cafile=self.certificates / "people-ca.crt")
        connection = http.client.HTTPSConnection("127.0.0.1", self.front.people_port, context=tls, timeout=10)
        try:
            headers = {"Authorization": "Basic " + base64.b64encode(":".join(who).encode()).decode()} if who else {}
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def where(self, order, *words):
        """The CLI's answer: exit code and text."""
        result = run(CLI, "where", order, *words, "--board", self.board.url + "/board")
        return result.returncode, result.stdout

    def order(self, order):
        return json.loads(self.board.get(f"/board/api/orders/{order}")[1])

    def stuck(self):
        return {order["order"] for order in self.board.json("/board/api/stuck?limit=1000")["orders"]}

    def trace(self, order):
        return self.jaeger.trace(trace_id("shop", order))

    def wait_delivered(self):
        for agent in self.agents.values():
            agent.wait_delivered(30)

    def pids(self):
        programs = [self.board, self.front, self.jaeger, self.broker_adapter, self.shop_api, self.crm_api,
                    *self.agents.values(), *self.services]
        return [program.process.pid for program in programs] + [int((self.broker.folder.path / "pid").read_text())] + self.databases.pids()
