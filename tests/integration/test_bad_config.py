"""Commands about configurations: everything wrong at once, with its place, before anything is touched."""

import json
import re

import pytest

from harness import AGENT, SOURCE, Agent, run

BAD = """\
version: 1
system: mes
namespce: shop
listen:
  - udp: 127.0.0.1:4747
    receive_bufer: 8MiB
journal: {directory: %s, sync_every: 1}
export:
  - name: jaeger
    url: [ftp://127.0.0.1/api/traces]
"""


def test_all_problems_at_once_with_their_places(tmp_path):
    file, journal = tmp_path / "agent.yaml", tmp_path / "journal"
    file.write_text(BAD % journal)
    for command in ([AGENT, "check", "--config", file], [AGENT, "--config", file], [AGENT, "show-config", "--config", file]):
        result = run(*command)
        assert result.returncode == 78, result
        places = re.findall(rf"^{re.escape(str(file))}:(\d+):(\d+): (\S+): ", result.stderr, re.MULTILINE)
        assert [(int(line), key) for line, _, key in places] == \
            [(3, "namespce"), (6, "listen[0].receive_bufer"), (7, "journal.sync_every"), (10, "export[0].url[0]")], result.stderr
        assert "did you mean namespace" in result.stderr and "did you mean receive_buffer" in result.stderr
        assert len(result.stderr.strip().splitlines()) == 4
        assert not journal.exists(), "nothing is touched"


@pytest.mark.parametrize("text, words", [
    ("", "version"), ("system: mes\n", "version"), ("version: 2\nsystem: mes\n", "version"), ("version: 1\n", "system"),
    ("version: 1\nsystem: [\n", ""), ("- a\n", ""), ("version: 1\nsystem: mes\nsystem: crm\n", "system"),
    ("version: 1\nsystem: mes\nlisten: [{udp: 0.0.0.0:4747}]\n", "allow_from"),
    ("version: 1\nsystem: ${NOT_SET:?say who you are}\n", "say who you are"),
])
def test_a_bad_file_is_78_and_has_a_place(tmp_path, text, words):
    file = tmp_path / "agent.yaml"
    file.write_text(text)
    result = run(AGENT, "check", "--config", file)
    assert result.returncode == 78 and result.stdout == "", result
    assert re.match(rf"{re.escape(str(file))}:\d+:\d+: ", result.stderr) and words in result.stderr, result.stderr


def test_a_good_file(tmp_path):
    agent = Agent(tmp_path, {"jaeger": "http://127.0.0.1:14268/api/traces"})
    agent.write_config()
    assert run(AGENT, "check", "--config", agent.config_file).returncode == 0
    assert not agent.journal.exists()
    shown = run(AGENT, "show-config", "--config", agent.config_file)
    assert shown.returncode == 0
    again = tmp_path / "again.yaml"
    again.write_text(shown.stdout)
    assert run(AGENT, "show-config", "--config", again).stdout == shown.stdout, "what is shown reads back as the same"


@pytest.mark.parametrize("name", ["agent.yaml", "agent.minimal.yaml"])
def test_the_configurations_that_ship_are_good(name):
    result = run(AGENT, "check", "--config", SOURCE / "config" / name, env={"PATH": "/usr/bin:/bin"})
    assert result.returncode == 0, result.stderr


def test_secrets_are_not_shown(tmp_path):
    secret = tmp_path / "password"
    secret.write_text("hunter2")
    agent = Agent(tmp_path, [{"name": "jaeger", "url": ["http://127.0.0.1:1/api/traces"],
                              "auth": {"basic": {"username": "agent", "password_file": str(secret)}}}])
    agent.write_config()
    shown = run(AGENT, "show-config", "--config", agent.config_file)
    assert shown.returncode == 0 and "hunter2" not in shown.stdout and "agent" in shown.stdout


@pytest.mark.parametrize("words", [["--nonsense"], [], ["frobnicate"], ["journal"], ["journal", "list"]])
def test_wrong_usage_is_64(words):
    result = run(AGENT, *words)
    assert result.returncode == 64 and result.stdout == "" and len(result.stderr.strip().splitlines()) == 1, result


def test_help_and_version(tmp_path):
    for words in (["--help"], ["--version"], ["check", "--help"], ["health", "--help"], ["journal", "--help"]):
        result = run(AGENT, *words)
        assert result.returncode == 0 and result.stdout and not result.stderr, result
    missing = run(AGENT, "--config", tmp_path / "missing.yaml")
    assert missing.returncode == 78 and str(tmp_path / "missing.yaml") in missing.stderr, missing


def test_a_port_that_is_taken(tmp_path, collector):
    first = Agent(tmp_path / "first", {"jaeger": collector.url}).start()
    second = Agent(tmp_path / "second", {"jaeger": collector.url})
    second.config["listen"] = first.config["listen"]
    second.start(ready=False)
    assert second.wait() not in (0, 78)
    assert f"127.0.0.1:{first.udp_port}" in second.log.strip().splitlines()[-1], second.log
    first.stop()


def test_variables(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}, system="${WHO:-nobody}", tags={"deployment.environment": "${WHERE:-production}"})
    agent.environment = {"WHO": "cnc"}
    agent.start()
    agent.send_and_see("ord1 status A1 st=CUT")
    agent.wait_delivered()
    span = collector.only(record="status")
    assert span.service == "cnc" and span.process_tags["deployment.environment"] == ("STRING", "production")
    agent.stop()


def test_json_logs(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}, log={"level": "info", "format": "json"}).start()
    agent.stop()
    lines = [json.loads(line) for line in agent.log.strip().splitlines()]
    assert lines and any("balance" in str(line.values()) for line in lines[-1:]), lines
