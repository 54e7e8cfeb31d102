"""What ships for Jaeger and ClickHouse: both configurations in a real Jaeger, the SQL on a real ClickHouse engine as far
as that knows users."""

import http.client
import json
import os
import re
import socket
import time
from pathlib import Path

import pytest
import yaml

import clickhouse
import jaeger
from board import Board
from certificates import Authority
from harness import BOARD, SOURCE, Agent, Daemon, destination, free_port, run, wait_for
from ids import trace_id
from test_clickhouse_board import write_span

SHIPPED = SOURCE / "deploy/jaeger"
PASSWORD = "5f0e4c3b2a19087f6e5d4c3b2a190876"
CONFIGURATIONS = ["config-clickhouse.yaml", "config-memory.yaml"]
needs_jaeger = pytest.mark.skipif(bool(jaeger.why_not()), reason=jaeger.why_not())


def shipped(name):
    return yaml.safe_load((SHIPPED / name).read_text())


def endpoints(tree):
    """All that is listened on or asked, by reading."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key in ("endpoint", "host"):
                yield value
            else:
                yield from endpoints(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from endpoints(value)


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_everything_listens_on_loopback_unless_told_otherwise(name):
    found = list(endpoints(shipped(name)))
    assert len(found) >= 3
    for address in found:
        assert re.fullmatch(r"127\.0\.0\.1|\$\{env:[A-Z_]+:-127\.0\.0\.1:\d+\}", address), address


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_writing_ways_in_and_the_ai_are_left_out(name):
    config = shipped(name)
    assert list(config["receivers"]) == ["jaeger"]
    assert list(config["receivers"]["jaeger"]["protocols"]) == ["thrift_http"]
    assert not {"ai", "otlp_proxy"} & set(config["extensions"]["jaeger_query"])
    assert config["extensions"]["jaeger_query"]["base_path"] == "/jaeger"


def test_with_clickhouse_202_means_stored():
    config = shipped("config-clickhouse.yaml")
    assert config["service"]["pipelines"] == {
        "traces": {"receivers": ["jaeger"], "processors": [], "exporters": ["jaeger_storage_exporter"]}}
    queue = config["exporters"]["jaeger_storage_exporter"]["queue"]
    assert queue["wait_for_result"] is True and queue["batch"]["min_size"] <= queue["queue_size"]
    assert config["receivers"]["jaeger"]["protocols"]["thrift_http"]["read_timeout"]
    for backend in config["extensions"]["jaeger_storage"]["backends"].values():
        assert backend["clickhouse"]["auth"]["basic"]["password"].startswith("${file:")


def test_the_ui_looks_back_four_weeks_and_leads_to_the_board():
    ui = json.loads((SHIPPED / "ui.json").read_text())
    weeks = {"label": "4 weeks", "value": "4w"}
    assert ui["search"] == {"defaultLookback": weeks, "maxLookback": weeks}
    links = {link["type"]: link for link in ui["linkPatterns"]}
    assert (links["tags"]["key"], links["tags"]["url"]) == ("order.id", "/board/orders/#{order.id}")
    assert links["traces"]["url"] == "/board/" and ui["criticalPathEnabled"] is False


UNIT = SHIPPED / "jaeger.service"


def test_systemd_takes_the_unit(tmp_path):
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/usr/local/bin/jaeger", str(BOARD)))  # it looks for the program
    done = run("systemd-analyze", "verify", "--man=no", unit)
    said = [line for line in (done.stdout + done.stderr).splitlines() if UNIT.name in line]
    assert done.returncode == 0 and not said, done.stderr
    done = run("systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", UNIT)  # tenths
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_makes_what_the_unit_needs(tmp_path):
    """Its user before the files that this user reads; the files where unit and configuration look."""
    page, unit = (SHIPPED / "README.md").read_text(), UNIT.read_text()
    (commands,) = [block for block in re.findall(r"```bash\n(.*?)```", page, re.S) if "useradd" in block]
    (user,) = re.findall(r"^User=(.+)$", unit, re.M)
    assert re.search(rf"useradd .* {user}\n", commands).start() < commands.index(f"-g {user} ")
    read = set(re.findall(r"/etc/jaeger/[\w.-]+", unit + (SHIPPED / "config-clickhouse.yaml").read_text()))
    installed = set(re.findall(r"^install -m 6[04][04] .*(/etc/jaeger/[\w.-]+)$", commands, re.M))
    assert read == installed == {f"/etc/jaeger/{name}" for name in ("config.yaml", "clickhouse-password", "ui.json")}
    assert "deploy/jaeger/config-clickhouse.yaml /etc/jaeger/config.yaml" in commands
    settings = re.search(r"cat > /etc/ordertrace/migrate.yaml <<'END'\n(.*?)^END$", commands, re.S | re.M).group(1)
    (tmp_path / "lifecycle.yaml").write_text((SOURCE / "config/lifecycle.yaml").read_text())
    (tmp_path / "migrate").write_text(PASSWORD)
    (tmp_path / "migrate.yaml").write_text(settings.replace("/etc/ordertrace/clickhouse", str(tmp_path)))
    done = run(BOARD, "check", "--config", tmp_path / "migrate.yaml")
    assert done.returncode == 0, done.stderr


class ShippedJaeger(Daemon):
    """A real Jaeger with a configuration as it ships; only ports and files are told by the environment."""

    name = "Jaeger"

    def __init__(self, directory, config):
        self.directory, self.runs, self.config = Path(directory), 0, config
        self.directory.mkdir(parents=True, exist_ok=True)
        self.intake_port, self.query_port = free_port(), free_port()
        self.environment = {
            "JAEGER_INTAKE": f"127.0.0.1:{self.intake_port}", "JAEGER_QUERY": f"127.0.0.1:{self.query_port}",
            "JAEGER_QUERY_GRPC": f"127.0.0.1:{free_port()}", "JAEGER_HEALTH": f"127.0.0.1:{free_port()}",
            "JAEGER_UI_CONFIG": str(SHIPPED / "ui.json"), "OTEL_TRACES_SAMPLER": "always_off",
        }

    @property
    def url(self):
        return f"http://127.0.0.1:{self.intake_port}/api/traces"

    def start(self, *options):
        self.launch([jaeger.program(), "--config", self.config, *options])
        self.wait_until(lambda: f"Jaeger answers:\n{self.log}", self._answers, 60)
        return self

    def _answers(self):
        try:
            return self.ask("GET", "/jaeger/api/services")[0] == 200
        except OSError:
            return False

    def ask(self, method, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.query_port, timeout=10)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def names(self, order):
        status, text = self.ask("GET", f"/jaeger/api/traces/{trace_id('shop', order)}")
        return sorted(span["operationName"] for span in json.loads(text)["data"][0]["spans"]) if status == 200 else []

    def listens_on(self):
        """The addresses of all its listening TCP sockets."""
        mine = set()
        for fd in Path(f"/proc/{self.pid}/fd").iterdir():
            try:
                mine.add(os.readlink(fd))
            except OSError:
                continue
        found = set()
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                words = line.split()
                if words[3] == "0A" and f"socket:[{words[9]}]" in mine:
                    raw = bytes.fromhex(words[1].split(":")[0])
                    found.add(socket.inet_ntoa(raw[::-1]) if len(raw) == 4 else words[1])
        return found


@needs_jaeger
def test_the_trial_configuration_in_a_real_jaeger(tmp_path):
    running = ShippedJaeger(tmp_path / "jaeger", SHIPPED / "config-memory.yaml").start()
    agent = Agent(tmp_path / "agent", {"jaeger": running.url}).start()
    agent.send_and_see("ord1 span 10042 step=calc_price ms=5", "ord1 status 10042 st=PRICE_CALCULATED")
    agent.wait_delivered()
    agent.stop()
    assert running.names("10042") == ["calc_price", "status PRICE_CALCULATED"]
    assert running.ask("POST", f"/jaeger/api/archive/{trace_id('shop', '10042')}")[0] == 200
    assert running.listens_on() == {"127.0.0.1"}


@needs_jaeger
def test_mutual_tls_as_the_page_says(tmp_path):
    """The block of the page goes under thrift_http, for agents that reach Jaeger without the front."""
    authority = Authority(tmp_path / "ca")
    server, client = authority.issue("jaeger"), authority.issue("agent")
    page = (SHIPPED / "README.md").read_text()
    block = yaml.safe_load(re.search(r"```yaml\n(tls:.*?)```", page, re.S).group(1))
    files = {"intake.crt": server.cert, "intake.key": server.key, "agents-ca.crt": authority.file}
    block["tls"] |= {key: str(files[Path(path).name]) for key, path in block["tls"].items() if path.startswith("/")}
    config = shipped("config-memory.yaml")
    config["receivers"]["jaeger"]["protocols"]["thrift_http"] |= block
    (tmp_path / "config.yaml").write_text(json.dumps(config))
    running = ShippedJaeger(tmp_path / "jaeger", tmp_path / "config.yaml").start()
    tls = {"ca_file": str(authority.file), "cert_file": str(client.cert), "key_file": str(client.key)}
    url = running.url.replace("http://", "https://")
    agent = Agent(tmp_path / "agent", [destination("jaeger", url) | {"tls": tls}]).start()
    agent.send_and_see("ord1 span 10042 step=calc_price ms=5")
    agent.wait_delivered()
    assert running.names("10042") == ["calc_price"]
    stranger = Agent(tmp_path / "stranger", [destination("jaeger", url) | {"tls": {"ca_file": tls["ca_file"]}}]).start()
    stranger.send_and_see("ord1 span 10042 step=approve ms=5")
    stranger.wait_metric("ordertrace_export_requests_total", 2)
    assert stranger.scrape().get("ordertrace_spans_pending", to="jaeger") == 1


# ClickHouse

@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    python, why_not = clickhouse.engine()
    if why_not:
        pytest.skip(why_not)
    running = clickhouse.Clickhouse(tmp_path_factory.mktemp("clickhouse"), python, [f"jaeger:{PASSWORD}"]).start()
    for statement in statements((SHIPPED / "clickhouse-schema.sql").read_text()):
        running.run(statement)
    yield running
    running.stop()


@needs_jaeger
def test_the_clickhouse_configuration_in_a_real_jaeger(engine, tmp_path):
    """But for what the Jaeger of the tests, which is older, does not know, and what the engine of the tests is."""
    schema = (SHIPPED / "clickhouse-schema.sql").read_text()
    for statement in statements(re.sub(r"\bjaeger(_archive)?\b", "stored", schema)):
        engine.run(statement)
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    config = shipped("config-clickhouse.yaml")
    for backend in config["extensions"]["jaeger_storage"]["backends"].values():
        of = backend["clickhouse"]
        of.pop("ttl", None)
        of |= {"protocol": "http", "database": "stored", "addresses": [f"127.0.0.1:{engine.port}"]}
        written = of["auth"]["basic"]["password"]
        of["auth"]["basic"]["password"] = written.replace("/etc/jaeger/clickhouse-password", str(password))
    config["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"]["port"] = free_port()
    (tmp_path / "config.yaml").write_text(json.dumps(config))
    running = ShippedJaeger(tmp_path / "jaeger", tmp_path / "config.yaml").start()
    agent = Agent(tmp_path / "agent", {"jaeger": running.url}).start()
    agent.send_and_see("ord1 span 10042 step=calc_price ms=5", "ord1 span 10042 step=cut_panel ms=5")
    agent.wait_delivered()
    steps = ["calc_price", "cut_panel"]
    assert sorted(engine.ask("SELECT name FROM stored.spans").split()) == steps, "202 means stored"
    engine.run("OPTIMIZE TABLE stored.operations FINAL")
    assert sorted(json.loads(running.ask("GET", "/jaeger/api/services/mes/operations")[1])["data"]) == steps
    assert running.listens_on() == {"127.0.0.1"}


def statements(sql):
    """Without comments, one at a time: the engine's HTTP takes them so."""
    text = re.sub(r"^--.*$", "", sql, flags=re.M)
    return [part.strip() for part in text.split(";") if part.strip()]


def test_the_list_of_steps_stays_whole(engine):
    def names(table):
        engine.run(f"INSERT INTO {table} VALUES ('mes', 'calc_price', 'server'), ('mes', 'cut_panel', 'server')")
        engine.run(f"OPTIMIZE TABLE {table} FINAL")
        return sorted(engine.ask(f"SELECT DISTINCT name FROM {table}").split())
    assert names("jaeger.operations") == names("jaeger_archive.operations") == ["calc_price", "cut_panel"]
    # As Jaeger makes it; should the engine keep both one day, the statements are not needed any more.
    engine.run("CREATE TABLE stock (service_name String, name String, span_kind String) "
               "ENGINE = AggregatingMergeTree ORDER BY (service_name, span_kind)")
    assert len(names("stock")) == 1


@pytest.fixture
def users(tmp_path):
    for name in ("jaeger", "board", "migrate"):
        (tmp_path / name).write_text(f"the password of {name}\n")
    return tmp_path


def test_the_users_and_their_rights_are_sql_that_clickhouse_reads(engine, users):
    made = run(SHIPPED / "clickhouse-users.sh", users)
    assert made.returncode == 0 and "password of" not in made.stdout + made.stderr
    found = statements(made.stdout)
    assert len(found) > 20
    for statement in found:
        assert engine.ask("SELECT notEmpty(formatQuery({statement:String}))", statement=statement) == "1\n"
    assert re.fullmatch("ALTER USER jaeger IDENTIFIED WITH sha256_hash BY '[0-9a-f]{64}' HOST LOCAL", found[1])


def test_the_board_cannot_raise_its_limits(engine, users):
    """Whoever has its password may change every setting, which readonly = 2 allows, but not beyond MAX."""
    script = run(SHIPPED / "clickhouse-users.sh", users).stdout
    first, *limits = re.search(r"ALTER USER board .* SETTINGS (.*);", script).group(1).split(", ")
    assert first == "readonly = 2"
    known = [re.fullmatch(r"(\w+) = (\d+) MAX \2", limit).group(1) for limit in limits]
    assert known == ["max_execution_time", "max_rows_to_read", "max_memory_usage", "max_concurrent_queries_for_user"]
    names = ", ".join(f"'{name}'" for name in known)
    assert engine.ask(f"SELECT count() FROM system.settings WHERE name IN ({names})") == "4\n"


def test_users_from_another_host(users):
    made = run(SHIPPED / "clickhouse-users.sh", users, "HOST IP '10.0.0.0/8'")
    assert made.stdout.count("HOST IP '10.0.0.0/8'") == 3 and "LOCAL" not in made.stdout


def test_a_short_password_makes_no_user(users):
    (users / "board").write_text("short\n")
    made = run(SHIPPED / "clickhouse-users.sh", users)
    assert made.returncode == 78
    assert made.stderr == (f"clickhouse-users.sh: {users}/board: a password of at least 16 characters is needed; "
                           "openssl rand -hex 24 makes one\n")


def migrated(engine, tmp_path):
    board = Board(tmp_path, store={"clickhouse": {"url": engine.url, "database": "jaeger", "username": "default"}})
    del board.config["store"]["sqlite"]
    board.write_config()
    done = run(BOARD, "migrate", "--config", board.config_file, seconds=60)
    assert done.returncode == 0, done.stderr


def test_the_grants_are_for_the_tables_and_views_that_migrate_makes(engine, users, tmp_path):
    before = set(engine.ask("SHOW TABLES").split())
    migrated(engine, tmp_path)
    made = set(engine.ask("SHOW TABLES").split()) - before
    script = run(SHIPPED / "clickhouse-users.sh", users).stdout
    granted = set(re.findall(r"ON jaeger\.(\w+) TO migrate", script)) - {"spans"}
    read = set(re.findall(r"GRANT SELECT ON jaeger\.(\w+) TO board", script))
    run(BOARD, "migrate", "--remove", "--config", tmp_path / "board.yaml", seconds=60)
    assert granted == made
    assert read == {name for name in made if not name.endswith("_mv")}


JAEGERS_TABLES = """
CREATE TABLE IF NOT EXISTS jaeger_archive.spans AS jaeger.spans;
CREATE TABLE IF NOT EXISTS jaeger.trace_id_timestamps (trace_id String) ENGINE = MergeTree ORDER BY trace_id;
CREATE TABLE IF NOT EXISTS jaeger_archive.trace_id_timestamps (trace_id String) ENGINE = MergeTree ORDER BY trace_id;
TRUNCATE TABLE jaeger.operations;
INSERT INTO jaeger.operations VALUES ('mes', 'calc_price', 'server'), ('crm', 'alias crm:AX-1', 'internal'),
    ('order', 'order 10042', 'internal'), ('order', 'order 10043', 'internal');
TRUNCATE TABLE jaeger_archive.operations;
INSERT INTO jaeger_archive.operations SELECT * FROM jaeger.operations
"""


def test_one_order_is_erased_and_no_other(engine, tmp_path):
    for statement in statements(JAEGERS_TABLES):
        engine.run(statement)
    migrated(engine, tmp_path)
    now = time.time()
    for order in ("10042", "10043"):
        write_span(engine, order, "mes", "status CREATED", "status", now, **{"order.status": "CREATED"})
        for table in ("jaeger.trace_id_timestamps", "jaeger_archive.trace_id_timestamps"):
            engine.run(f"INSERT INTO {table} VALUES ('{trace_id('shop', order)}')")
    write_span(engine, "10042", "crm", "alias crm:AX-1", "alias", now, **{"order.alias": "crm:AX-1"})
    engine.run("INSERT INTO jaeger_archive.spans SELECT * FROM jaeger.spans")
    of_jaeger = [f"{database}.{table}" for database in ("jaeger", "jaeger_archive")
                 for table in ("spans", "trace_id_timestamps")]
    of_register = ["jaeger.order_fact", "jaeger.order_change", "jaeger.order_alias"]

    def left(order):
        return [int(engine.ask(f"SELECT count() FROM {table} WHERE {where}")) for tables, where in (
            (of_jaeger, f"trace_id = '{trace_id('shop', order)}'"),
            (of_register, f"ns = 'shop' AND order_id = '{order}'")) for table in tables]
    assert 0 not in left("10042")
    others = left("10043")
    for statement in statements((SHIPPED / "clickhouse-erase-order.sql").read_text()):
        if statement.startswith("SET "):
            assert statement == "SET mutations_sync = 2"
            continue
        engine.ask(statement + " SETTINGS mutations_sync = 2", trace=trace_id("shop", "10042"), namespace="shop",
                   order="10042")
    assert set(left("10042")) == {0}
    assert left("10043") == others
    for database in ("jaeger", "jaeger_archive"):
        assert sorted(engine.ask(f"SELECT name FROM {database}.operations").splitlines()) == ["calc_price", "order 10043"]
