"""The Debian packages under a systemd that runs: an agent and the board it delivers to, with the configuration that
ships. Ports are the default ones, in a network of the test's own."""

import re
import subprocess
import sys

import pytest
import yaml

import debian_packages
import debian_root
from balance import Metrics
from booted import Booted
from certificates import Authority
from harness import CLI, HERE, SOURCE, run, start_process, wait_for

AGENT_UNIT = "ordertrace-agent@online-shop.service"
SOCKET_UNIT = "ordertrace-agent@online-shop.socket"
BOARD_UNIT = "ordertrace-board.service"


class Machine(Booted):
    """With both units running."""

    def host(self, *command):
        return run(*self.in_its_network(*command))

    def emit(self, *words):
        assert self.host(CLI, "emit", *words).returncode == 0

    def received(self):
        """By the agent, over all its runs; nothing while it is away."""
        done = self.host("curl", "-sS", "http://127.0.0.1:4748/metrics")
        return Metrics(done.stdout).check_balance().received if done.returncode == 0 else None

    def wait_received(self, count):
        wait_for(lambda: f"{count} are received, it is {self.received()}", lambda: self.received() == count, 20)

    def pid(self, unit=AGENT_UNIT):
        """As it is inside; 0 while there is none."""
        return int(self.value(unit, "MainPID"))

    def wait_other_pid(self, than):
        wait_for("it was started anew", lambda: self.pid() not in (0, than) and self.received() is not None, 30)


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    return debian_packages.make(tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="module")
def installed(packages, tmp_path_factory):
    """A tree with the packages and the configuration of one agent: the one that ships."""
    root = debian_packages.Root(debian_root.unpack(debian_packages.needed(packages), tmp_path_factory.mktemp("installed") / "root"))
    root.dpkg("--install", *packages.values())
    (root / "/etc/ordertrace/online-shop.yaml").write_text((root / "/etc/ordertrace/agent.yaml").read_text())
    return root.path


@pytest.fixture
def machine(installed, tmp_path):
    made = Machine(installed, tmp_path)
    made.systemctl("enable", "--now", BOARD_UNIT, "ordertrace-agent@online-shop")
    yield made
    made.end()


def test_order_and_sandbox(machine):
    """With the shipped configuration a line becomes a fact on the board, and both programs are locked in."""
    machine.emit("status", "10042", "st=CREATED")
    wait_for("the board knows the order", lambda: "CREATED" in machine.host(CLI, "where", "10042").stdout)
    for unit in (AGENT_UNIT, BOARD_UNIT):
        assert machine.value(unit, "ActiveState") == "active"
        status = machine.run("cat", f"/proc/{machine.pid(unit)}/status").stdout
        assert re.search(r"CapEff:\s+0+\nCapBnd:\s+0+\n", status) and re.search(r"NoNewPrivs:\s+1\nSeccomp:\s+2\n", status)
        uid = int(re.search(r"Uid:\s+(\d+)", status).group(1))
        assert 61184 <= uid <= 65519, "a dynamic user"
    metrics = machine.host("curl", "-sS", "http://127.0.0.1:4748/metrics").stdout
    assert "ordertrace_journal_in_memory 0" in metrics
    assert f"ordertrace_receive_buffer_bytes {16 << 20}" in metrics  # the socket unit's, told twice by the kernel
    assert machine.run("ls", "/var/lib/ordertrace-agent-online-shop/state", "/var/lib/ordertrace-board/orders.db").returncode == 0


def test_nothing_is_lost_over_restarts_and_a_kill(machine):
    load = start_process(machine.in_its_network(sys.executable, HERE / "load_sender.py", 4747, 2000, 10**9, 0),
                         stdout=subprocess.PIPE)
    for _ in range(2):
        before = machine.pid()
        machine.systemctl("restart", AGENT_UNIT)
        machine.wait_other_pid(before)
    assert load.poll() is None, "lines came all the time"
    load.terminate()
    count = int(load.communicate(timeout=30)[0])
    assert load.returncode == 0
    machine.wait_received(count)

    before = machine.pid()
    machine.systemctl("kill", "--signal=KILL", "--kill-who=main", AGENT_UNIT)
    machine.emit("status", "10042", "st=CREATED")
    machine.wait_other_pid(before)
    machine.wait_received(count + 1)


def test_a_bad_configuration_loses_nothing(machine):
    file = machine.tree / "etc/ordertrace/online-shop.yaml"
    good = file.read_text()
    file.write_text(good + "beat_evry: 5m\n")
    assert machine.systemctl("reload", AGENT_UNIT).returncode == 0
    wait_for("the log says what is wrong", lambda: "beat_evry" in machine.journal(AGENT_UNIT))
    assert machine.received() is not None, "the settings in force stay"

    machine.systemctl("restart", AGENT_UNIT, ok=False)
    machine.emit("status", "10042", "st=CREATED")
    wait_for("it was tried more than once", lambda: int(machine.value(AGENT_UNIT, "NRestarts")) >= 2, 20)
    file.write_text(good)
    machine.wait_received(1)


def test_an_agent_that_hangs_is_started_anew(machine):
    folder = machine.tree / "etc/systemd/system" / f"{AGENT_UNIT}.d"
    folder.mkdir()
    (folder / "soon.conf").write_text("[Service]\nWatchdogSec=1s\nTimeoutAbortSec=1s\n")
    machine.systemctl("daemon-reload")
    machine.systemctl("restart", AGENT_UNIT)
    before = machine.pid()
    machine.systemctl("kill", "--signal=STOP", "--kill-who=main", AGENT_UNIT)
    machine.emit("status", "10042", "st=CREATED")
    machine.wait_other_pid(before)
    machine.wait_received(1)


def test_keys_of_root_reach_the_agent(machine, tmp_path):
    """By the drop-in and the settings of the page."""
    page = (SOURCE / "deploy/systemd/README.md").read_text()
    (drop_in,) = re.findall(r"```\n(\[Service\]\nLoadCredential=.*?)```", page, re.DOTALL)
    (tls,) = re.findall(r"```yaml\n(tls: .*?)\n```", page, re.DOTALL)
    authority = Authority(tmp_path / "authority")
    pair = authority.issue("crm")
    keys = machine.tree / "etc/ordertrace/tls"
    keys.mkdir()
    for source, name in ((authority.file, "ca.crt"), (pair.cert, "crm.crt"), (pair.key, "crm.key")):
        (keys / name).write_bytes(source.read_bytes())
        (keys / name).chmod(0o600)
    folder = machine.tree / "etc/systemd/system" / f"{AGENT_UNIT}.d"
    folder.mkdir()
    (folder / "keys.conf").write_text(drop_in)
    (machine.tree / "etc/ordertrace/online-shop.yaml").write_text(
        f"version: 1\nsystem: online-shop\nexport:\n  - name: board\n    url: ['https://127.0.0.1:4751/api/traces']\n    {tls}\n")
    machine.systemctl("daemon-reload")
    machine.systemctl("restart", AGENT_UNIT)
    machine.emit("status", "10042", "st=CREATED")
    machine.wait_received(1)


def test_files_reach_the_agent(machine):
    """By the group, the drop-in and the settings of the page; also those that come after a restart."""
    page = (SOURCE / "deploy/systemd/README.md").read_text()
    (group,) = re.findall(r"```bash\n(groupadd .*?)```", page, re.DOTALL)
    (drop_in,) = re.findall(r"```\n(\[Service\]\nSupplementaryGroups=.*?)```", page, re.DOTALL)
    (listen,) = re.findall(r"```yaml\n(listen:.*?)```", page, re.DOTALL)
    machine.run("useradd", "planner")
    machine.run("bash", "-euc", group.replace("USER", "planner"))
    folder = machine.tree / "etc/systemd/system" / f"{AGENT_UNIT}.d"
    folder.mkdir()
    (folder / "files.conf").write_text(drop_in)
    file = machine.tree / "etc/ordertrace/online-shop.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | yaml.safe_load(listen)))
    machine.systemctl("daemon-reload")
    for count in (1, 2):
        machine.systemctl("restart", AGENT_UNIT)
        put = f"umask 027; cd /var/spool/ordertrace/in; echo ord1 status {count} st=CREATED > {count}.tmp; mv {count}.tmp {count}.ord"
        machine.run("runuser", "-u", "planner", "--", "sh", "-euc", put)
        machine.wait_received(count)
    done = machine.tree / "var/spool/ordertrace/in/done"
    wait_for("both were put away", lambda: sorted(path.name for path in done.iterdir()) == ["1.ord", "2.ord"])


def test_an_upgrade_restarts_what_runs_and_purging_ends_it(machine, packages):
    machine.emit("status", "10042", "st=CREATED")
    machine.wait_received(1)
    before = machine.pid()
    later = machine.tree / "tmp/later"
    later.mkdir()
    names = [f"/tmp/later/{debian_packages.next_version(path, later).name}" for path in packages.values()]
    machine.run("dpkg", "--force-confold", "--install", *names)
    machine.emit("status", "10043", "st=CREATED")
    machine.wait_other_pid(before)
    machine.wait_received(2)

    machine.run("dpkg", "--purge", *packages)
    assert machine.host("ss", "-Hlnut").stdout == "", "nobody listens any more"
    left = [path.name for path in (machine.tree / "var/lib").rglob("*ordertrace-*") if "dpkg" not in path.parts]
    assert left == [] and machine.systemctl("list-unit-files", "ordertrace*", "--no-legend", ok=False).stdout == ""
