"""The guides of deploy/ followed literally, and the runbook held against the alerts and against what is really measured."""

import os
import re
import shutil
import subprocess
import urllib.request

import pytest
import yaml

import ids
from balance import Metrics
from board import Board
from harness import BUILD, SOURCE, Agent, free_port, run, start_process, wait_for

DEPLOY = SOURCE / "deploy"
GUIDES = ["README.md", "README.ru.md"]
PAGES = [SOURCE / "README.md", *sorted(DEPLOY.rglob("*.md")), *sorted((SOURCE / "proto").rglob("*.md"))]
NEEDS = {"a registry", "a cluster", "systemd"}
UNSEEN = {("OrdertraceHandoffsMissing", "edge"), ("OrdertraceCertificateExpiring", "to")}  # need hand-offs, TLS
RULES = yaml.safe_load((DEPLOY / "prometheus/ordertrace.rules.yaml").read_text())
ALERTS = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}


def blocks(guide):
    text = (DEPLOY / guide).read_text()
    found = re.findall(r"^( *)```bash\n(.*?)^\1```$", text, flags=re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


def need_of(block):
    """What a block needs that is not here; nothing for one that is run."""
    said = re.match(r"# not run in CI: needs (.+)\n", block)
    return said.group(1) if said else None


def in_a_network_of_its_own(script, directory):
    """The shell that follows the guide, where nobody else uses the ports it names; all it starts ends with it."""
    rights = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
    return run("unshare", *rights, "--net", "--pid", "--fork", "--kill-child", "bash", "-c",
               "ip link set lo up; exec bash -eux", input=script, cwd=directory, seconds=60)


@pytest.mark.parametrize("guide", GUIDES)
def test_the_commands_of_a_guide_work(guide, tmp_path):
    all_blocks = blocks(guide)
    assert all_blocks[0] == "deploy/quickstart.sh\n"  # a test of its own runs it
    assert {need_of(block) for block in all_blocks} - {None} <= NEEDS
    followed = [block for block in all_blocks[1:] if need_of(block) is None]
    assert len(followed) >= 6
    (tmp_path / "build").mkdir()
    (tmp_path / "build/release").symlink_to(BUILD)
    shutil.copytree(SOURCE / "config", tmp_path / "config")
    done = in_a_network_of_its_own("".join(followed), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^10042 .*failed", done.stdout, re.MULTILINE), done.stdout + "the list of what is stuck"
    for said in ("no such customer", '"start":1,"end":1,"status":1', '"datagrams_lost_in_kernel":0', ids.trace_id("shop", "10042")):
        assert said in done.stdout, done.stdout + done.stderr
    assert not (tmp_path / "pilot").exists()


def settings_of_the_pilot(guide):
    (found,) = [block for block in blocks(guide) if "cat > pilot/board.yaml" in block]
    return found


@pytest.mark.parametrize("guide", GUIDES)
def test_the_packages_begin_with_the_settings_of_the_pilot(guide, tmp_path):
    """Installing and systemd are stand-ins, which say that they were called."""
    (block,) = [block for block in blocks(guide) if "cpack" in block]
    for name in ("cmake", "cpack", "apt", "systemctl"):
        stand_in(tmp_path / "bin" / name, f'echo "CALLED {name} $*"')
    stand_in(tmp_path / "bin/sudo", 'exec "$@"')
    (tmp_path / "build").mkdir()
    (tmp_path / "build/release").symlink_to(BUILD)
    (tmp_path / "config").symlink_to(SOURCE / "config")
    (tmp_path / "etc").mkdir()
    script = settings_of_the_pilot(guide) + "sleep 60 & sleep 60 &\n" + block.replace("/etc/ordertrace", "etc")
    done = run("bash", "-eu", input=script, cwd=tmp_path, env={"PATH": f"{tmp_path}/bin:/usr/bin:/bin"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[1:3] for line in done.stdout.splitlines() if line.startswith("CALLED")] == [
        ["cmake", "--build"], ["cpack", "-G"], ["apt", "install"], ["systemctl", "enable"]]
    pilot, installed = (yaml.safe_load((tmp_path / folder / "crm.yaml").read_text()) for folder in ("pilot", "etc"))
    del pilot["journal"]
    assert installed == pilot
    assert (tmp_path / "etc/lifecycle.yaml").read_text() == (SOURCE / "config/lifecycle.yaml").read_text()
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "etc").iterdir()} == {0o644}, "no user is there to own them"


def stand_in(path, command):
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)


def test_the_pilot_leads_to_jaeger_where_its_trial_is_served():
    (board,) = re.findall(r"> pilot/board.yaml <<'END'\n(.*?)END\n", settings_of_the_pilot(GUIDES[0]), re.DOTALL)
    query = yaml.safe_load((DEPLOY / "jaeger/config-memory.yaml").read_text())["extensions"]["jaeger_query"]
    address = re.search(r":-(.*)}", query["http"]["endpoint"]).group(1)
    assert yaml.safe_load(board)["web"]["jaeger_url"] == f"http://{address}{query['base_path']}"


def test_both_guides_have_the_same_commands():
    english, russian = (blocks(guide) for guide in GUIDES)
    without_remarks = [[re.sub(r" +# .*", "", block) for block in guide] for guide in (english, russian)]
    assert without_remarks[0] == without_remarks[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(SOURCE)))
def test_the_links_of_a_page_lead_somewhere(page):
    dead = []
    for target, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]*))?\)", page.read_text()):
        file = page.parent / target if target else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            dead.append(f"{target}#{anchor}" if anchor else target)
    assert not dead, dead


def anchors(page):
    """Of headings, as web views of Markdown make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# the runbook

def test_every_alert_has_its_section_and_every_section_its_alert():
    sections = re.findall(r"^### (\w+)$", (DEPLOY / "RUNBOOK.md").read_text(), flags=re.MULTILINE)
    assert sections == list(ALERTS)


@pytest.mark.parametrize("name", list(ALERTS))
def test_an_alert_is_whole(name):
    rule = ALERTS[name]
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"].keys() == {"severity"} and rule["labels"]["severity"] in ("critical", "warning", "info")
    summary = rule["annotations"]["summary"]
    assert summary.endswith(".") and summary.count("{{") == summary.count("}}")
    for opening, closing in ("()", "[]", "{}"):
        assert rule["expr"].count(opening) == rule["expr"].count(closing)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """What a real agent and a real board say of themselves: labels by name of metric."""
    folder = tmp_path_factory.mktemp("measured")
    board = Board(folder / "board").start()
    agent = Agent(folder / "agent", {"board": board.intake}, beat_every="100ms")
    (folder / "in").mkdir()
    agent.config["listen"] += [{"tcp": f"127.0.0.1:{free_port()}"}, {"http": f"127.0.0.1:{free_port()}"}, {"directory": str(folder / "in")}]
    agent.start()
    agent.send_and_see("ord1 status 10042 st=CREATED", "ord1 start 10042 step=calc_price", "ord1 end 10042 step=calc_price")
    agent.wait_metric("ordertrace_spans_delivered_total", 2)
    found = {}
    for metrics in (agent.scrape(), board.metrics(), measured_without_a_broker(folder)):
        for name in metrics.types:
            found.setdefault(name, {})
        for name, labels in metrics.samples:
            for label, value in labels:
                found.setdefault(name, {}).setdefault(label, set()).add(value)
    agent.stop()
    board.stop()
    return found


def measured_without_a_broker(folder):
    """By the adapter for RabbitMQ."""
    port = free_port()
    config = folder / "rabbitmq.yaml"
    config.write_text(f"version: 1\nbroker: {{port: {free_port()}}}\nadmin: {{listen: '127.0.0.1:{port}'}}\n"
                      "edges: [{from: mes, to: crm, queue: q.price, order: {header: x-order-id}}]\n")
    start_process([BUILD / "ordertrace-rabbitmq", "--config", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return wait_for("the adapter answers", lambda: scraped(f"http://127.0.0.1:{port}/metrics"))


def scraped(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return Metrics(answer.read().decode())
    except OSError:
        return None


def test_alerts_and_runbook_name_only_what_is_measured(measured):
    texts = [rule["expr"] for rule in ALERTS.values()] + re.findall(r"`([^`]*)`", (DEPLOY / "RUNBOOK.md").read_text())
    named = {name for text in texts for name in re.findall(r"\b(?:ordertrace|process)_[a-z_]+", text)}
    assert len(named) > 25 and named <= measured.keys(), named - measured.keys()


def test_labels_in_alerts_are_those_of_the_metric(measured):
    for rule in ALERTS.values():
        for metric, selector in re.findall(r"\b(ordertrace_\w+)\{([^}]*)\}", rule["expr"]):
            for label, value in re.findall(r'(\w+)!?="([^"]*)"', selector):
                assert value in measured[metric][label], f"{metric} has no {label}={value}"
        for label in re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]):
            of = re.findall(r"\b(?:ordertrace|process)_\w+", rule["expr"])
            known = any(label in measured[metric] for metric in of)
            assert label == "instance" or known or (rule["alert"], label) in UNSEEN, (rule["alert"], label)


def test_every_job_of_an_alert_is_asked_and_an_adapters_only_where_it_is():
    def jobs(name):
        return {job["job_name"] for job in yaml.safe_load((DEPLOY / "prometheus" / name).read_text())["scrape_configs"]}
    always, adapter = jobs("scrape.yaml"), jobs("scrape-rabbitmq.yaml")
    assert always == {"ordertrace-agent", "ordertrace-board"} and adapter == {"ordertrace-rabbitmq"}
    named = {job for rule in ALERTS.values() for job in re.findall(r'job="([^"]+)"', rule["expr"])}
    assert always | adapter <= named
    pages = "".join(page.read_text() for page in (DEPLOY / "adapters").glob("*/README.md"))
    assert all(f"`{job}`" in pages for job in named - always - adapter), "an adapter's page says how the job is asked"


@pytest.mark.parametrize("what, name", [("rules", "ordertrace.rules.yaml"), ("config", "scrape.yaml"), ("config", "scrape-rabbitmq.yaml")])
def test_prometheus_takes_the_file(what, name):
    assert shutil.which("promtool"), "there is no promtool: install Debian's prometheus (deploy/packages.sh tests)"
    done = run("promtool", "check", what, DEPLOY / "prometheus" / name)
    assert done.returncode == 0, done.stdout + done.stderr
