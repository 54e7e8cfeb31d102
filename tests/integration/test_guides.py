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
    for said in ("no such customer", '"received":3', '"datagrams_lost_in_kernel":0', ids.trace_id("shop", "10042")):
        assert said in done.stdout, done.stdout + done.stderr
    assert not (tmp_path / "pilot").exists()


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


def test_prometheus_takes_the_alerts():
    if not shutil.which("promtool"):
        pytest.skip("NO PROMTOOL: Debian's package prometheus has it; the alerts were checked without it")
    done = run("promtool", "check", "rules", DEPLOY / "prometheus/ordertrace.rules.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
