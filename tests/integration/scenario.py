"""Plays the stories of tests/scenarios: events go as UDP lines to a real agent of each system, the agents deliver to a
real board, and all their clocks stand at the story's `now`. tests/scenarios/README.md says what a file holds."""

import atexit
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import yaml

import beats_of
from board import Board
from harness import HERE, SOURCE, Agent, destination
from scenario_times import WHEN, Times

FOLDER = SOURCE / "tests/scenarios"
KEYS = {"story", "now", "events", "beats", "lifecycle", "ask", "expect", "then"}
KEYS_OF_THEN = {"events", "beats", "ask", "expect"}
TIMES = {"since"}  # of what is expected: as in events
STUCK = {"failed", "died_inside", "not_sent", "in_transit", "received_not_applied", "late", "blind"}


def is_stuck(answer):
    return answer["verdict"] in STUCK or (answer["verdict"] == "running" and answer["overdue"])


@cache
def _clock_library():
    library = Path(tempfile.mkdtemp(prefix="wall-clock-")) / "wall_clock.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, HERE / "wall_clock.c"], check=True)
    atexit.register(shutil.rmtree, library.parent)
    return str(library)


def clock_at(moment, stands):
    """The environment of a program whose wall clock stands there, or begins there."""
    return {"LD_PRELOAD": _clock_library(), "WALL_CLOCK_STANDS_AT" if stands else "WALL_CLOCK_BEGINS_AT": str(moment)}


def _check_keys(known, given):
    unknown = set(given) - known
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} is unknown; there are {', '.join(sorted(known))}")


class Scenario:
    def __init__(self, path):
        self.name = path.stem
        with path.open() as file:
            self.text = yaml.safe_load(file)
        try:
            self._read()
        except (KeyError, ValueError) as error:
            raise ValueError(f"{path.name}: {error}") from error

    def _read(self):
        _check_keys(KEYS, self.text)
        self.times = Times(self.text["now"])
        self.rounds = [self.text, *self.text.get("then", [])]
        for later in self.rounds[1:]:
            _check_keys(KEYS_OF_THEN, later)
        self.lines = [[self._line(event) for event in part.get("events", [])] for part in self.rounds]

    def _line(self, event):
        """(system, line)."""
        when = WHEN.match(event)
        if not when:
            raise ValueError(f"{event!r} does not begin with a time like -2h5m30s or Fri 17:30")
        system, verb, order, *rest = event[when.end():].split(maxsplit=3)
        return system, " ".join(["ord1", verb, order, f"t={self.times.micros(when.group(1))}", *rest])

    def systems(self):
        return {system for lines in self.lines for system, _ in lines}

    def orders(self):
        """Also by their other names."""
        words = [line.split() for lines in self.lines for _, line in lines]
        aliases = {word.rpartition(":")[2] for line in words for word in line if word.startswith("ref=")}
        return {line[2] for line in words} | aliases

    def setting(self):
        """What the programs that play it must have been told before."""
        alone = self.name if any("beats" in part for part in self.rounds[1:]) else None
        return [self.text.get(key) for key in ("now", "lifecycle", "beats")] + [alone]

    def asked(self, part):
        """The order of the first event, unless it is said."""
        told = part.get("ask", self.text.get("ask"))
        return str(told) if told is not None else self.lines[0][0][1].split()[2]

    def expected(self, part):
        return {key: self.times.in_json(value) if key in TIMES and value else value for key, value in part["expect"].items()}


class Play:
    """A board and an agent of each system, which have been told the beginning of each of the stories."""

    def __init__(self, scenarios, directory):
        self.times = scenarios[0].times
        self.board = Board(directory / "board", scenarios[0].text.get("lifecycle"))
        systems = sorted(set().union(*(scenario.systems() for scenario in scenarios)))
        self.agents = {system: self._agent(system, directory / system) for system in systems}
        for program in (self.board, *self.agents.values()):
            # Ages are exact by a clock that stands; by one that goes on an agent looks at its open steps every second.
            program.environment = clock_at(self.times.micros("now") // 1_000_000, stands=program is self.board)
            program.start(ready=False)
        for program in (self.board, *self.agents.values()):
            program.wait_ready()
        self.tell([line for scenario in scenarios for line in scenario.lines[0]], scenarios[0].text.get("beats", []))

    def _agent(self, system, directory):
        to_board = destination("board", self.board.intake, batch={"max_wait": "10ms"})
        origin = {"origin": system == "online-shop", "origin_status": "CREATED"}
        return Agent(directory, [to_board], system=system, order=origin)

    def tell(self, lines, beats):
        """All of it is in the board's store, and the beats in its verdicts, when this returns."""
        cycles = self.board.cycles()
        for beat in beats:
            status, text = self.board.post(beats_of.batch_of(beat, self.times.micros))
            assert status == 202, text
        by_system = {}
        for system, line in lines:
            by_system.setdefault(system, []).append(line)
        before = {system: _steps(self.agents[system]) for system in by_system}
        for system, its_lines in by_system.items():
            self.agents[system].send_and_see(*its_lines)
        for system, (open_before, told_before) in before.items():
            def markers_are_there(agent=self.agents[system]):
                open_now, told_now = _steps(agent)
                return told_now - told_before >= open_now - open_before
            self.agents[system].wait_until("open steps are told", markers_are_there)
            self.agents[system].wait_delivered()
        if beats:
            self.board.wait_metric("ordertrace_board_cycles_total", cycles + 2)

    def answer(self, scenario, part, language="en"):
        status = 404 if part["expect"].get("verdict") == "unknown" else 200
        return self.board.order(scenario.asked(part), status, Accept_Language=language)


def _steps(agent):
    """Open ones, and how many were told as begun. An agent looks at open steps once a second, all at once."""
    now = agent.scrape()
    return now.get("ordertrace_open_steps"), now.sum("ordertrace_spans_own_total", record="started")


def groups(scenarios):
    """Stories that can be played by the same programs: at one time, by one lifecycle, with the same beats, and no order twice."""
    found = []
    for scenario in scenarios:
        for group in found:
            if group[0].setting() == scenario.setting() and not any(scenario.orders() & other.orders() for other in group):
                group.append(scenario)
                break
        else:
            found.append([scenario])
    return found
