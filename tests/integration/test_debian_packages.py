"""The Debian packages, installed into a clean Debian 12, upgraded and purged; without a running systemd, as in a container.
With one: test_systemd_running.py, and here the units of an adapter, which its page enables."""

import os
import re
import shutil
import stat

import pytest

import debian_packages
import debian_root
from booted import Booted
from debian_packages import Root, field, next_version, tool
from harness import SOURCE, Agent, wait_for

WITH_UNITS = ["ordertrace-agent", "ordertrace-board", "ordertrace-rabbitmq"]
NAMES = sorted([*WITH_UNITS, "ordertrace"])
UNITS = [SOURCE / "deploy/systemd/ordertrace-agent@.service", SOURCE / "deploy/systemd/ordertrace-agent@.socket",
         SOURCE / "deploy/systemd/ordertrace-board.service", SOURCE / "deploy/adapters/rabbitmq/ordertrace-rabbitmq.service"]


OUTSIDE = SOURCE / "deploy/adapters/postgresql-outside"
RECEIVER = r"""#!/bin/bash
# In place of pg_recvlogical: writes what it was given, and opens its file anew on SIGHUP.
while (($#)); do [[ $1 == --file ]] && file=$2; shift; done
trap 'echo opened anew >>"$file"' HUP
echo "$PGUSER@$PGHOST/$PGDATABASE $ORDERTRACE_TABLES $(cat "$PGPASSFILE") $(stat --format=%a "$PGPASSFILE")" >>"$file"
while :; do sleep 0.1; done
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    return debian_packages.make(tmp_path_factory.mktemp("packages"))


@pytest.fixture
def root(tmp_path, packages):
    return Root(debian_root.unpack(debian_packages.needed(packages), tmp_path / "root"))


@pytest.fixture
def installed(root, packages):
    root.dpkg("--install", *packages.values())
    return root


def test_what_is_in_them(packages):
    assert sorted(packages) == NAMES
    for name, path in packages.items():
        assert re.fullmatch(rf"{name}_[0-9.]+_[a-z0-9]+\.deb", path.name), path.name
        assert "libc6" in field(path, "Depends") and "libssl3" in field(path, "Depends")
        listed = [line.split(maxsplit=5) for line in tool("dpkg-deb", "--contents", path).splitlines()]
        assert all(words[1] == "root/root" and words[0][5] != "w" and words[0][8] != "w" for words in listed), listed
        files = {words[5] for words in listed if not words[5].endswith("/")}
        doc = f"./usr/share/doc/{name}/"
        allowed = ("./usr/bin/ordertrace", "./usr/lib/systemd/system/ordertrace-", "./usr/lib/ordertrace/", "./etc/ordertrace/", doc)
        assert {f"{doc}copyright", f"{doc}CHANGELOG.md", f"./usr/bin/{name}"} <= files
        assert all(file.startswith(allowed) for file in files), files


def test_its_scripts_are_clean(packages, tmp_path):
    for name in WITH_UNITS:
        tool("dpkg-deb", "--control", packages[name], tmp_path / name)
        tool("shellcheck", *(tmp_path / name / script for script in ("postinst", "prerm", "postrm")))


def test_installed_they_run(installed):
    for name in NAMES:
        assert re.fullmatch(rf"{name} \d+\.\d+\.\d+\n", installed.runs(name, "--version"))
    assert installed.runs("ordertrace-agent", "check", "--config", "/etc/ordertrace/agent.yaml") == "/etc/ordertrace/agent.yaml: fine\n"
    assert installed.runs("ordertrace-board", "check", "--config", "/etc/ordertrace/board.yaml") == (
        "/etc/ordertrace/board.yaml: fine\n/etc/ordertrace/lifecycle.yaml: fine\n")
    for unit in UNITS:
        shipped = installed / f"/usr/lib/systemd/system/{unit.name}"
        assert shipped.read_text() == unit.read_text()
        assert stat.S_IMODE(shipped.stat().st_mode) == 0o644
    for adapter in ("postgresql-inside/ordertrace-outbox.sh", "postgresql-outside/receive.sh"):
        assert os.access(installed / f"/usr/lib/ordertrace/{adapter}", os.X_OK), "as its unit starts it"
    assert installed.dpkg("--audit") == ""


def test_every_user_of_a_unit_is_made():
    """By systemd at the start, or by a command of the page beside the unit."""
    units = list((SOURCE / "deploy").rglob("*.service"))
    assert len(units) >= 6
    for unit in units:
        user = re.search(r"^User=(.+)$", unit.read_text(), re.MULTILINE)
        if not re.search(r"^DynamicUser=yes$", unit.read_text(), re.MULTILINE):
            page = (unit.parent / "README.md").read_text()
            assert user and re.search(rf"\b(?:adduser|useradd) .*\b{user.group(1)}$", page, re.MULTILINE), unit


def test_what_is_changed_does_not_lie_in_files_of_the_package():
    for unit in OUTSIDE.glob("*.service"):
        of_the_package = set(re.findall(r"/usr/lib/ordertrace/\S+", unit.read_text()))
        assert of_the_package <= {"/usr/lib/ordertrace/postgresql-outside/receive.sh"}, unit


def test_the_units_of_the_log_start_as_its_page_says(installed, tmp_path):
    copying, enabling = re.findall(r"^```\n((?:cd|systemctl) .*?)^```$", (OUTSIDE / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    (installed / "/usr/bin/pg_recvlogical").write_text(RECEIVER)
    (installed / "/usr/bin/pg_recvlogical").chmod(0o755)
    (installed / "/etc/logrotate.d").mkdir(exist_ok=True)
    machine = Booted(installed.path, tmp_path)
    try:
        machine.run("bash", "-euc", copying)
        password = machine.tree / "etc/ordertrace/wal.pgpass"
        password.write_text("secret")
        assert stat.S_IMODE(password.stat().st_mode) == 0o600
        machine.run("bash", "-euc", enabling)
        rows = machine.tree / "var/lib/private/ordertrace-wal/orders.jsonl"
        assert wait_for("it receives", lambda: rows.exists() and rows.read_text()) == "ordertrace@127.0.0.1/mes shop.orders secret 400\n"
        wait_for("the tail keeps its place", rows.with_name("orders.jsonl.ordertrace").exists)
        (told,) = re.findall(r"systemctl kill .*", (machine.tree / "etc/logrotate.d/ordertrace-wal").read_text())
        rows.rename(f"{rows}.1")
        machine.run(*told.split())
        wait_for("the file is opened anew", lambda: rows.exists() and rows.read_text() == "opened anew\n")
        lasting = [path for path in rows.parent.iterdir() if path.suffix != ".new"]  # the tail renames its new state
        assert len(lasting) > 1 and len({path.stat().st_uid for path in [rows.parent, *lasting]}) == 1
        assert [machine.value(unit.name, "NRestarts") for unit in OUTSIDE.glob("*.service")] == ["0", "0"]
    finally:
        machine.end()


class InstalledAgent(Agent):
    """The agent of the packages, in its own root, as nobody in particular."""

    def __init__(self, root, destinations, folder="/var/lib/ordertrace-agent-crm"):
        super().__init__(root / "/tmp/agent", destinations)
        self.root = root
        self.config["journal"]["directory"] = folder
        (root / folder).mkdir(parents=True, exist_ok=True)
        shutil.chown(root / folder, 65532, 65532)

    def start(self, ready=True):
        self.write_config()
        self.launch(["/usr/sbin/chroot", "--userspec=65532:65532", self.root.path, "/usr/bin/ordertrace-agent", "--config", "/tmp/agent/agent.yaml"])
        self.wait_ready()
        return self


def test_an_upgrade_keeps_the_journal_and_what_was_changed(installed, packages, tmp_path, down):
    agent = InstalledAgent(installed, {"jaeger": down.url}).start()
    agent.send_and_see("ord1 status A1 st=CUT")
    assert agent.stop().destinations["jaeger"]["pending"] == 1

    changed, untouched = installed / "/etc/ordertrace/board.yaml", installed / "/etc/ordertrace/lifecycle.yaml"
    changed.write_text(changed.read_text() + "# of this house\n")
    kept = changed.read_text()
    later = tmp_path / "later"
    later.mkdir()
    installed.dpkg("--install", *(next_version(path, later) for path in packages.values()))
    assert changed.read_text() == kept
    assert untouched.read_text().endswith("# of a later release\n")
    assert (installed / "/etc/ordertrace/board.yaml.dpkg-dist").exists()

    down.start()
    agent.start()
    agent.wait_delivered()
    assert agent.stop().destinations["jaeger"]["pending"] == 0
    assert [s.value("order.id") for s in down.find(record="status")] == ["A1"]


def test_purged_nothing_is_left(root, packages):
    before = root.files()
    root.dpkg("--install", *packages.values())
    agent = InstalledAgent(root, {"jaeger": "http://127.0.0.1:9/api/traces"}).start()
    agent.send_and_see("ord1 status A1 st=CUT")
    agent.stop()
    shutil.rmtree(root / "/tmp/agent")
    enabled = root / "/etc/systemd/system/multi-user.target.wants/ordertrace-agent@crm.service"
    enabled.parent.mkdir(parents=True, exist_ok=True)
    enabled.symlink_to("/usr/lib/systemd/system/ordertrace-agent@.service")
    state = {"var/lib/ordertrace-agent-crm/state", "etc/ordertrace/board.yaml"}

    root.dpkg("--remove", *packages)
    assert state <= root.files(), "removing keeps journals and configuration"
    root.dpkg("--purge", *packages)
    left = root.files() - before
    assert {name for name in left if "ordertrace" in name} == set()
    assert left <= {"etc/systemd", "etc/systemd/system", "etc/systemd/system/multi-user.target.wants"}
