"""The stories of tests/scenarios, told to real agents, and what a real board says of them."""

import json

import pytest

import harness
from harness import CLI, run
from scenario import FOLDER, Play, Scenario, groups, is_stuck

SCENARIOS = {file.stem: Scenario(file) for file in sorted(FOLDER.glob("*.yaml"))}
KEYS = ["order", "namespace", "trace_id", "jaeger_url", "verdict", "sentence", "stage", "since", "age_seconds", "limit_seconds",
        "overdue", "system", "from", "to", "step", "attempt", "attempts_max", "to_act", "expected_next", "aliases", "facts"]


@pytest.fixture(scope="module")
def play(request, tmp_path_factory):
    """The programs of a group of stories; they end after the last of them."""
    before = harness.started_count()
    yield Play(request.param, tmp_path_factory.mktemp("play"))
    harness.end_all(before)


def told(answer):
    """The facts as a reader of a failed test wants them."""
    return "\n".join(f"    {fact['time']} {fact['system']} {fact['record']} {fact['name']} {fact['result'] or ''}" for fact in answer["facts"])


@pytest.mark.parametrize("play, scenario", [pytest.param(group, scenario, id=scenario.name)
                                            for group in groups(SCENARIOS.values()) for scenario in group], indirect=["play"], scope="module")
def test_scenario(play, scenario):
    for number, part in enumerate(scenario.rounds):
        if number > 0:
            play.tell(scenario.lines[number], part.get("beats", []))
        expected, answer = scenario.expected(part), play.answer(scenario, part)
        russian = expected.pop("russian", None)
        assert [key for key in answer if key != "nearest"] == KEYS
        found = {key: answer[key] for key in expected}
        assert found == expected, f"{scenario.text['story']}\n{told(answer)}"
        if russian:
            assert play.answer(scenario, part, language="ru")["sentence"] == russian


@pytest.mark.parametrize("name, code", [("crm_has_not_taken_the_price", 1), ("price_is_being_approved", 0)])
def test_where_says_the_same(tmp_path, name, code):
    """The question from a shell, of a stuck order and of one that is fine."""
    scenario = SCENARIOS[name]
    play = Play([scenario], tmp_path)
    answer = play.answer(scenario, scenario.text)
    assert is_stuck(answer) == (code == 1)
    order = scenario.asked(scenario.text)
    as_json = run(CLI, "where", order, "--json", "--board", play.board.url)
    assert as_json.returncode == code and as_json.stderr == "", as_json
    assert json.loads(as_json.stdout) == answer
    as_text = run(CLI, "where", order, "--board", play.board.url)
    assert as_text.returncode == code and answer["sentence"] in " ".join(as_text.stdout.split()), as_text


def test_every_verdict_is_told():
    verdicts = [part["expect"]["verdict"] for scenario in SCENARIOS.values() for part in scenario.rounds]
    assert len(SCENARIOS) >= 40
    assert set(verdicts) == {"unknown", "failed", "died_inside", "not_sent", "in_transit", "received_not_applied", "running", "late",
                             "finished", "on_time", "blind"}
