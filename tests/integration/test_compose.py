"""The trial's compose file: read by docker-compose, and held to what its page promises; its settings are judged by the
programs that read them, and its sample shop runs for real. The containers themselves are not run: that needs a registry."""

import ipaddress
import os
import re
import signal
import shutil
import stat
import sys

import pytest
import yaml

from board import Board
from harness import AGENT, BOARD, SOURCE, Agent, free_port, run, start_process, wait_for

FOLDER = SOURCE / "deploy/compose"
FILE = FOLDER / "compose.yaml"
MIB = 1 << 20


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    """Made as the page says, in a folder of the test's."""
    folder = tmp_path_factory.mktemp("compose") / "secrets"
    folder.mkdir(mode=0o755)
    done = run("bash", FOLDER / "make-secrets.sh", folder)
    assert done.returncode == 0, done.stderr
    folder.joinpath("said").write_text(done.stdout)
    return folder


@pytest.fixture(scope="module")
def resolved():
    """With anchors and variables put in. docker-compose of Debian 12 does not know the project's name."""
    if not shutil.which("docker-compose"):
        pytest.fail("there is no docker-compose: run deploy/packages.sh tests", pytrace=False)
    text = re.sub(r"(?m)^name: .*\n", "", FILE.read_text())
    done = run("docker-compose", "--file", "-", "config", input=text, cwd=FOLDER, env={"PATH": os.environ["PATH"]})
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)


@pytest.fixture(scope="module")
def services(resolved):
    return resolved["services"]


def test_it_is_locked_down(services):
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged") and service.get("user") != "root", name
        assert set(service.get("cap_add", [])) <= ({"CHOWN", "SETGID", "SETUID", "NET_BIND_SERVICE"} if name == "nginx" else set())
        assert service["pids_limit"] > 0 and service["mem_limit"], f"{name} has no limits"
        assert service["healthcheck"]["test"][0] == "CMD", f"{name} has no health check"


def test_only_the_front_is_published_and_on_loopback(services):
    published = {name: service["ports"] for name, service in services.items() if service.get("ports")}
    assert published == {"front": ["127.0.0.1:8443:443/tcp"]}
    assert not any(service.get("network_mode") == "host" for service in services.values())


def test_who_can_reach_whom(resolved, services):
    """But for the front no network leads out, and the orders' own network knows no part of ordertrace."""
    assert {name for name, network in resolved["networks"].items() if not network.get("internal")} == {"outside"}
    members = {}
    for name, service in services.items():
        for network in service.get("networks", {}):
            members.setdefault(network, set()).add(name)
    assert members["outside"] == {"front"}
    assert members["orders"] == {"online-shop", "crm", "mes"}
    assert members["telemetry"] == {"front", "agent-online-shop", "agent-crm", "agent-mes"}
    for system in ("online-shop", "crm", "mes"):
        assert members[f"{system}-events"] == {system, f"agent-{system}"}


def test_an_agent_takes_events_from_its_own_system_alone(resolved, services):
    """By the addresses of the network that the two share: on `telemetry` others could speak in its name."""
    subnets = {}
    for system in ("online-shop", "crm", "mes"):
        ((subnet,),) = [[config["subnet"] for config in resolved["networks"][f"{system}-events"]["ipam"]["config"]]]
        subnets[system] = ipaddress.ip_network(subnet)
        assert services[f"agent-{system}"]["environment"]["ORDERTRACE_SENDERS"] == subnet
    assert len(list(ipaddress.collapse_addresses(subnets.values()))) > 1
    assert all(not one.overlaps(other) for one in subnets.values() for other in subnets.values() if one is not other)
    assert "ORDERTRACE_SENDERS" not in services["agent-register"]["environment"], "it listens on loopback"


def test_images_are_pinned(services):
    for name, service in services.items():
        tag = service["image"].rpartition(":")[2]
        assert re.match(r"\d+\.\d", tag), f"{name}: {service['image']}"


def test_every_mounted_file_is_there(resolved, services):
    for name, service in services.items():
        for volume in service.get("volumes", []):
            source, target, *mode = volume.split(":")
            if source.startswith("/"):
                assert os.path.exists(source), f"{name}: {source} is not there"
                assert mode == ["ro"], f"{name}: {target} can be written to"
            else:
                assert source in resolved["volumes"], f"{name}: {source}"
    kept = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])} & set(resolved["volumes"])
    assert kept == set(resolved["volumes"]), "no volume is there for nothing"


def test_every_secret_is_made_and_used(resolved, services, secrets):
    made = {path.name for path in secrets.iterdir()}
    for name, secret in resolved["secrets"].items():
        assert secret["file"] == str(FOLDER / "secrets" / name) and name in made
    used = {secret["source"] for service in services.values() for secret in service.get("secrets", [])}
    assert used == set(resolved["secrets"])
    assert not any(name.endswith("-ca.key") for name in used), "the authorities' keys stay outside"


def test_secrets_are_made_once_and_nobody_else_may_look(secrets):
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700, "also where it was open to others before"
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in secrets.glob("*-ca.key"))
    again = run("bash", FOLDER / "make-secrets.sh", secrets)
    assert again.returncode == 0 and "password of" not in again.stdout
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before
    people = dict(re.findall(r"The password of (\w+) is (\w{24})\n", before["said"].decode()))
    for line in before["users.htpasswd"].decode().splitlines():
        name, digest = line.split(":")
        salt = digest.split("$")[2]
        assert run("openssl", "passwd", "-6", "-salt", salt, "-stdin", input=people[name]).stdout.strip() == digest


def let_end(folder, name, *signed_by):
    """A certificate for the key that is there, which has just ended."""
    request = run("openssl", "req", "-new", "-key", folder / f"{name}.key", "-subj", f"/CN={name}").stdout
    done = run("openssl", "x509", "-req", "-days", "0", *signed_by, "-out", folder / f"{name}.crt", input=request)
    assert done.returncode == 0, done.stderr


def test_certificates_that_end_are_made_anew(secrets, tmp_path):
    """And all of an authority that ends."""
    folder = shutil.copytree(secrets, tmp_path / "secrets")

    def certificates():
        return {path.stem: path.read_bytes() for path in folder.glob("*.crt")}
    before = certificates()
    let_end(folder, "crm", "-CA", folder / "agents-ca.crt", "-CAkey", folder / "agents-ca.key")
    let_end(folder, "intake-ca", "-signkey", folder / "intake-ca.key")
    assert run("bash", FOLDER / "make-secrets.sh", folder).returncode == 0
    after = certificates()
    assert {name for name in before if after[name] != before[name]} == {"crm", "intake-ca", "intake"}
    for name, authority in (("crm", "agents-ca"), ("intake", "intake-ca"), ("intake-ca", "intake-ca")):
        assert run("openssl", "verify", "-CAfile", folder / f"{authority}.crt", folder / f"{name}.crt").returncode == 0
        assert run("openssl", "x509", "-checkend", "86400", "-noout", "-in", folder / f"{name}.crt").returncode == 0
    key = run("openssl", "pkey", "-pubout", "-in", folder / "crm.key").stdout
    assert key == run("openssl", "x509", "-pubkey", "-noout", "-in", folder / "crm.crt").stdout


def test_the_agents_take_their_settings(services, secrets, tmp_path):
    """As they are mounted: paths of keys are relative to the file."""
    for system in ("online-shop", "crm", "mes", "register"):
        service = services[f"agent-{system}"]
        assert f"{FOLDER}/agent.yaml:/etc/ordertrace/compose.yaml:ro" in service["volumes"]
        place = tmp_path / system
        for secret in service["secrets"]:
            inside = place / secret["target"].removeprefix("/etc/ordertrace/")
            inside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(secrets / secret["source"], inside)
        shutil.copy(FOLDER / "agent.yaml", place / "compose.yaml")
        shown = run(AGENT, "show-config", "--config", place / "compose.yaml", env=service["environment"])
        assert shown.returncode == 0, shown.stderr
        settings = yaml.safe_load(shown.stdout)
        assert settings["system"] == system
        assert settings["order"]["origin"] is (system == "online-shop"), "one of them gives each order's trace its title"
        assert settings["listen"][0]["allow_from"] == [service["environment"].get("ORDERTRACE_SENDERS", "127.0.0.0/8")]
        assert {d["name"] for d in settings["export"]} == {"jaeger", "board"}
        assert size(service["mem_limit"]) >= 2 * (14 + 16) * MIB, "what it may need, and as much for the page cache"


def size(text):
    number, unit = re.fullmatch(r"(\d+)([mg])", str(text)).groups()
    return int(number) * {"m": MIB, "g": 1024 * MIB}[unit]


def test_the_board_takes_its_settings(services, tmp_path):
    shutil.copy(FOLDER / "board.yaml", tmp_path / "compose.yaml")
    shutil.copy(SOURCE / "config/lifecycle.yaml", tmp_path)
    done = run(BOARD, "check", "--config", tmp_path / "compose.yaml", env=services["board"]["environment"])
    assert done.returncode == 0, done.stderr


def test_the_front_has_every_file_that_it_includes(services):
    """All of nginx's own parts are mounted; sign-in is one of two folders."""
    inside = {volume.split(":")[1]: volume.split(":")[0] for volume in services["nginx"]["volumes"]}
    inside.update({secret["target"]: secret["source"] for secret in services["nginx"]["secrets"]})
    known = {path for path in inside} | {f"/etc/nginx/ordertrace/sign-in/{name}" for name in os.listdir(inside["/etc/nginx/ordertrace/sign-in"])}
    for target, source in inside.items():
        for file in ([source] if target.endswith(".conf") and os.path.isfile(source) else []):
            text = re.sub(r"(?m)#.*$", "", open(file).read())
            named = re.findall(r"(?:include|ssl_certificate(?:_key)?|ssl_client_certificate|auth_basic_user_file)\s+(/etc/[^;]+);", text)
            assert set(named) <= known, f"{file}: {set(named) - known}"


SYSTEMS = ("online-shop", "crm", "mes")


class Shop:
    """Three systems that are started one by one, an agent each, one board."""

    def __init__(self, folder, limit, **environment):
        self.board = Board(folder / "board", {"stages": {"PRICE_CALCULATED": {"reaches": {"crm": limit}}}}).start()
        self.ports = {system: free_port() for system in SYSTEMS}
        self.agents = {system: Agent(folder / system, {"board": self.board.intake}, system=system).start() for system in SYSTEMS}
        self.environment = environment

    def start(self, system):
        return start_process([sys.executable, FOLDER / "shop.py", system], env={
            **os.environ, **self.environment, "LISTEN": f"127.0.0.1:{self.ports[system]}",
            "EVENTS": f"127.0.0.1:{self.agents[system].udp_port}",
            "PEERS": " ".join(f"{peer}=http://127.0.0.1:{port}" for peer, port in self.ports.items())})

    def orders_in(self, stage):
        return {item["stage"]: item for item in self.board.json("/api/stages")["stages"]}.get(stage, {}).get("orders", 0)

    def nothing_was_rejected(self):
        return all(agent.scrape().sum("ordertrace_events_rejected_total") == 0 for agent in self.agents.values())

    def stop(self):
        for agent in self.agents.values():
            agent.stop()
        self.board.stop()


def test_the_sample_shop_makes_orders_and_loses_some(tmp_path):
    shop = Shop(tmp_path, "10s", PACE="0.3", LOSE="3")
    for system in SYSTEMS:
        shop.start(system)
    wait_for("two orders went all their way", lambda: shop.orders_in("SHIPPED") >= 2, 40)
    stuck = wait_for("one is lost", shop.board.stuck, 40)
    assert set(stuck.values()) == {"not_sent"} and all(int(order[2:]) % 3 == 0 for order in stuck)
    assert shop.nothing_was_rejected()
    shop.stop()


def test_orders_wait_for_a_system_that_is_away(tmp_path):
    """As the page says of the CRM: they pile up before it, and go on when it is there; stopped, it leaves none half done."""
    shop = Shop(tmp_path, "2s", PACE="0.5", LOSE="0")
    shop.start("online-shop")
    shop.start("mes")
    waiting = wait_for("orders pile up, and the board says so", lambda: shop.orders_in("PRICE_CALCULATED") >= 3 and shop.board.stuck(), 20)
    assert "failed" in waiting.values()
    crm = shop.start("crm")
    wait_for("they go on", lambda: shop.orders_in("SHIPPED") >= 1, 20)
    crm.send_signal(signal.SIGTERM)
    assert crm.wait(10) == 0
    shop.start("crm")
    wait_for("they all go on", lambda: shop.orders_in("SHIPPED") >= 8 and not shop.board.stuck(), 30)
    assert shop.nothing_was_rejected()
    shop.stop()
