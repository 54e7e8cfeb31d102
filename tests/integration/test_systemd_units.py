"""The units that ship: what systemd says of them, and that the agent takes the socket that systemd listens on.
Notifications are in test_systemd.py, restarts with an inherited socket in test_listen_fds.py."""

import re
import shutil
import signal
import socket
import subprocess

import pytest
import yaml

from harness import AGENT, BUILD, SOURCE, Agent, run, start_process, wait_for

UNITS = SOURCE / "deploy/systemd"
SERVICES = ["ordertrace-agent@.service", "ordertrace-board.service"]
ADAPTERS = sorted((SOURCE / "deploy/adapters").glob("*/*.service"))
MOST_EXPOSED = 20  # tenths, as --threshold takes them


def value(unit, key):
    """The one value of a key that stands once."""
    (found,) = re.findall(rf"^{key}=(.*)$", (UNITS / unit).read_text(), re.MULTILINE)
    return found


@pytest.fixture(scope="module", autouse=True)
def systemd_is_installed():
    for program in ("systemd-analyze", "systemd-socket-activate"):
        if not shutil.which(program):
            pytest.fail(f"there is no {program}: install the package systemd (deploy/packages.sh tests)", pytrace=False)


@pytest.fixture
def built_units(tmp_path):
    """The units with the programs where they were built: `verify` looks for them."""
    folder = tmp_path / "units"
    folder.mkdir()
    for path in [*UNITS.glob("ordertrace-*.*"), *ADAPTERS]:
        text = path.read_text().replace("/usr/bin/ordertrace", f"{BUILD}/ordertrace")
        (folder / path.name).write_text(text.replace("/usr/lib/ordertrace/", f"{SOURCE}/deploy/adapters/"))
    return folder


def test_systemd_takes_every_word(built_units):
    done = run("systemd-analyze", "verify", "--man=no", *sorted(built_units.iterdir()))
    said = [line for line in (done.stdout + done.stderr).splitlines() if "ordertrace" in line]
    assert done.returncode == 0 and not said, done.stderr


def test_a_mistake_would_be_seen(built_units):
    bad = built_units / SERVICES[0]
    bad.write_text(bad.read_text().replace("ProtectHome=yes", "ProtectHome=perhaps"))
    done = run("systemd-analyze", "verify", "--man=no", bad)
    assert "Failed to parse protect home value" in done.stderr


@pytest.mark.parametrize("service", [*(UNITS / name for name in SERVICES), *ADAPTERS], ids=lambda path: path.name)
def test_little_is_exposed(service):
    done = run("systemd-analyze", "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager", service)
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout.strip().splitlines()[-1])


def test_the_page_says_how_files_reach_the_units(built_units):
    """The drop-in and the settings of the page fit each other."""
    page = (UNITS / "README.md").read_text()
    drop_in, of_files = re.findall(r"```\n(\[Service\]\n.*?)```", page, re.DOTALL)
    folder = built_units / "ordertrace-agent@.service.d"
    folder.mkdir()
    (folder / "keys.conf").write_text(drop_in)
    (folder / "files.conf").write_text(of_files)
    done = run("systemd-analyze", "verify", "--man=no", built_units / SERVICES[0])
    assert done.returncode == 0 and str(folder) not in done.stderr, done.stderr
    handed = set(re.findall(r"LoadCredential=([^:]+):", drop_in))
    assert set(re.findall(r"\$\{CREDENTIALS_DIRECTORY\}/([^\"]+)", page)) == handed


def test_the_page_names_every_package_and_every_unit_of_one():
    page = (UNITS / "README.md").read_text()
    packages = re.findall(r"^ *ot_package\(\w+ (\S+)", (SOURCE / "CMakeLists.txt").read_text(), re.MULTILINE)
    assert sorted(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)) == sorted(packages)
    units = re.findall(r"^ *UNITS (.*)$", (SOURCE / "CMakeLists.txt").read_text(), re.MULTILINE)
    for unit in " ".join(units).split():
        assert unit.rpartition("/")[2].replace("@.socket", "@.service") in page, unit


def test_the_configuration_that_ships_fits_the_units():
    address = value("ordertrace-agent@.socket", "ListenDatagram")
    shown = run(AGENT, "show-config", "--config", UNITS / "agent.yaml",
                env={"ORDERTRACE_SYSTEM": "online-shop"})
    assert shown.returncode == 0, shown.stderr
    settings = yaml.safe_load(shown.stdout)
    assert settings["system"] == "online-shop"
    assert value(SERVICES[0], "BindPaths").split(":")[1] == settings["journal"]["directory"]
    assert [listener["udp"] for listener in settings["listen"]] == [address]
    assert value("ordertrace-agent@.socket", "ReceiveBuffer") + "iB" == settings["listen"][0]["receive_buffer"]
    for service in SERVICES:
        assert value(service, "TimeoutStopSec") == "45s" and settings["shutdown"]["deadline"] == "20s"
    assert run(AGENT, "check", "--config", UNITS / "agent.yaml", env={}).returncode == 0, "checked from a shell too"


def test_the_agent_takes_the_socket_of_systemd(tmp_path, collector):
    """The first event starts it, and is not lost."""
    agent = Agent(tmp_path, {"jaeger": collector.url})
    agent.write_config()
    log = (tmp_path / "log.1").open("wb")
    process = start_process(["systemd-socket-activate", "--datagram", f"--listen=127.0.0.1:{agent.udp_port}", AGENT,
                             "--config", agent.config_file], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    agent.process, agent.runs = process, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.connect(("127.0.0.1", agent.udp_port))
        wait_for("systemd listens", lambda: "Listening on" in agent.log)
        out.send(b"ord1 status A1 st=CUT")
    agent.wait_ready()
    agent.send("ord1 status A2 st=CUT")
    wait_for("both came", lambda: {s.value("order.id") for s in collector.find(record="status")} == {"A1", "A2"})
    agent.send_signal(signal.SIGTERM)
    assert agent.wait() == 0, agent.log
    assert agent.last_balance().lost_in_kernel == 0
    log.close()
