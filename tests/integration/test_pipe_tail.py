"""`ordertrace pipe` and `ordertrace tail`: lines become events of an agent, and none is lost while it is away."""

import json
import re
import signal
import socket
import subprocess

import pytest

from event_door import EventDoor
from harness import CLI, Agent, bound_udp_socket, free_port, run, start_process, wait_for

MAP = """
version: 1
format: text
rules:
  - match: '^(?P<time>\\S+) order=(?P<order>\\S+) status=(?P<status>\\S+)'
    event: status
    order: "{order}"
    set: {st: "{status}", t: "{time}"}
"""
NUMBERS = re.compile(r"read (\d+) lines, sent (\d+) events, skipped (\d+) lines, refused (\d+) events\n$")


@pytest.fixture
def door():
    with EventDoor() as running:
        yield running


@pytest.fixture
def map_file(tmp_path):
    path = tmp_path / "orders.map.yaml"
    path.write_text(MAP)
    return path


def log_lines(first, count):
    return [f"{1795305600000000 + n} order=A{n} status=CUT" for n in range(first, first + count)]


def events_of(lines):
    """What the map makes of log_lines."""
    return [re.sub(r"^(\d+) order=(\S+) status=(\S+)$", r"ord1 status \2 st=\3 t=\1", line) for line in lines]


def write(path, lines, end="\n"):
    with path.open("a") as log:
        log.write("\n".join(lines) + end)


class Following:
    """A running `ordertrace tail` (or pipe), whose errors are read at its end."""

    def __init__(self, *arguments, stdin=subprocess.DEVNULL):
        self.process = start_process([CLI, *arguments], stdin=stdin, stderr=subprocess.PIPE, text=True)

    def end(self, number=signal.SIGTERM):
        if number:
            self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors


def summary(errors):
    found = NUMBERS.search(errors)
    assert found, errors
    return tuple(int(number) for number in found.groups())


# pipe


def test_lines_go_through_an_agent_to_jaeger(tmp_path, collector):
    """The real agent, both ways in."""
    http = free_port()
    agent = Agent(tmp_path, {"jaeger": collector.url})
    agent.config["listen"].append({"http": f"127.0.0.1:{http}"})
    agent.start()
    lines = ["ord1 status 1 st=CUT t=1795305600000001", '{"ev":"status","order":"2","st":"CUT"}', "", "ord1 status",
             "ord1 note 3 :Error", "  at saw()", "  at main()"]
    done = run(CLI, "pipe", "--to", f"http://127.0.0.1:{http}", input="\n".join(lines))
    assert done.returncode == 0 and done.stdout == "", done
    assert summary(done.stderr) == (7, 3, 1, 1), done.stderr
    assert "the agent refused an event: order" in done.stderr
    # More than the agent names, and a line that is several events; at the address of the events as it is written.
    for bad, counted in (("ord1 status\n" * 250 + "ord1 status 5 st=CUT\n", (251, 1, 0, 250)),
                         ('[{"ev":"status"},{"ev":"status"}]\n', (1, 0, 0, 2))):
        done = run(CLI, "pipe", "--to", f"http://127.0.0.1:{http}/v1/events", input=bad)
        assert done.returncode == 0 and summary(done.stderr) == counted, done.stderr
    done = run(CLI, "pipe", "--to", f"127.0.0.1:{agent.udp_port}", input="ord1 status 4 st=CUT\n")
    assert done.returncode == 0 and summary(done.stderr) == (1, 1, 0, 0), done
    wait_for("all came", lambda: len(collector.find(record="status")) == 4 and collector.find(record="note"))
    note = collector.only(record="note")
    assert note.logs[0][1]["message"] == ("STRING", "Error\n  at saw()\n  at main()")
    agent.stop()


def test_a_map_makes_events_of_lines(door, map_file):
    lines = log_lines(0, 5)
    done = run(CLI, "pipe", "--map", map_file, "--to", door.url, input="\n".join([*lines, "nothing of ours"]))
    assert done.returncode == 0 and summary(done.stderr) == (6, 5, 1, 0), done
    assert door.lines == events_of(lines)


@pytest.mark.parametrize("stdin, trouble", [("< /", "Is a directory"), ("<&-", "Bad file descriptor")])
def test_what_cannot_be_read_is_no_end_of_the_input(door, stdin, trouble):
    for agent in (door.url, "127.0.0.1:4747"):
        done = run("sh", "-c", f"exec {CLI} pipe --to {agent} {stdin}")
        assert done.returncode == 70, done
        assert done.stderr.startswith(f"ordertrace pipe: standard input: {trouble}; "
                                      "give it lines to read, as in PROGRAM | ordertrace pipe\n"), done.stderr


def test_a_large_input_goes_in_parts(door):
    lines = [f"ord1 note A{n} :{'x' * 200}" for n in range(20000)]
    done = run(CLI, "pipe", "--to", door.url, input="\n".join(lines) + "\n")
    assert done.returncode == 0 and summary(done.stderr) == (20000, 20000, 0, 0), done.stderr
    assert door.lines == lines
    assert len(door.bodies) >= 8 and max(len(body) for body in door.bodies) <= 600 * 1024


def test_nothing_is_lost_while_the_agent_is_away(door, map_file):
    door.close()
    piping = Following("pipe", "--map", map_file, "--to", door.url, stdin=subprocess.PIPE)
    lines = log_lines(0, 3)
    piping.process.stdin.write("\n".join(lines) + "\n")
    piping.process.stdin.flush()
    first = piping.process.stderr.readline()
    assert first == (f"ordertrace pipe: {door.url}: Connection refused; is the agent running there?; "
                     "the events are kept and sent again\n")
    door.start()
    wait_for("they came", lambda: door.lines == events_of(lines))
    assert re.fullmatch(r"ordertrace pipe: the agent takes events again, after \d+ s\n", piping.process.stderr.readline())
    piping.process.stdin.write(log_lines(3, 1)[0])  # without its end
    piping.process.stdin.close()
    piping.process.stdin = None
    code, errors = piping.end(None)
    assert code == 0 and summary(errors) == (4, 4, 0, 0), errors
    assert door.lines == events_of(log_lines(0, 4))


def test_an_answer_that_is_lost_means_the_same_bytes_again(door, map_file):
    door.answer = lambda body: (0, "") if len(door.bodies) == 1 else (503, "later") if len(door.bodies) == 2 else (204, "")
    lines = log_lines(0, 3)
    done = run(CLI, "pipe", "--map", map_file, "--to", door.url, input="\n".join(lines) + "\n")
    assert done.returncode == 0 and summary(done.stderr) == (3, 3, 0, 0), done
    assert door.bodies == ["\n".join(events_of(lines)) + "\n"] * 3


def test_a_stop_says_what_was_not_delivered(door):
    door.close()
    piping = Following("pipe", "--to", door.url, stdin=subprocess.PIPE)
    piping.process.stdin.write("ord1 status 1 st=CUT\nord1 status 2 st=CUT\n")
    piping.process.stdin.flush()
    piping.process.stderr.readline()
    code, errors = piping.end()
    assert code == 69, errors
    assert errors.startswith(f"ordertrace pipe: 2 events were not delivered: {door.url}: Connection refused; "
                             "is the agent running there?\n"), errors
    assert summary(errors) == (2, 0, 0, 0)


def test_a_stop_delivers_what_was_written(door):
    piping = Following("pipe", "--to", door.url, stdin=subprocess.PIPE)
    lines = [f"ord1 status {n} st=CUT" for n in range(100)]
    for part in (lines[:1], lines[1:]):
        piping.process.stdin.write("\n".join(part) + "\n")
        piping.process.stdin.flush()
        wait_for("it listens", lambda: door.lines)
    code, errors = piping.end()
    assert code == 0 and door.lines == lines, errors


def test_by_udp_an_agent_that_is_away_is_waited_for():
    probe = bound_udp_socket()
    port = probe.getsockname()[1]
    probe.close()
    piping = Following("pipe", "--to", f"127.0.0.1:{port}", stdin=subprocess.PIPE)
    piping.process.stdin.write("ord1 status 1 st=CUT\n")
    piping.process.stdin.close()
    piping.process.stdin = None
    assert "Connection refused" in piping.process.stderr.readline()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as agent:
        agent.bind(("127.0.0.1", port))
        agent.settimeout(10)
        assert agent.recv(100) == b"ord1 status 1 st=CUT"
        code, errors = piping.end(None)
    assert code == 0 and summary(errors) == (1, 1, 0, 0), errors


# tail


def test_a_growing_log(door, map_file, tmp_path):
    log = tmp_path / "shop.log"
    write(log, log_lines(0, 3))
    tailing = Following("tail", log, "--map", map_file, "--to", door.url)
    wait_for("what was there came", lambda: door.lines == events_of(log_lines(0, 3)))
    write(log, log_lines(3, 1), end="")
    write(log, [""], end=" more of it")
    write(log, ["", *log_lines(4, 2), "half a li"], end="")
    wait_for("what was added came", lambda: len(door.lines) == 6)
    code, errors = tailing.end()
    assert code == 0 and summary(errors) == (6, 6, 0, 0), errors
    assert door.lines == events_of(log_lines(0, 6))
    state = json.loads((tmp_path / "shop.log.ordertrace").read_text())
    assert state["log"] == str(log) and state["offset"] == log.stat().st_size - len("half a li")
    assert (tmp_path / "shop.log.ordertrace").stat().st_mode & 0o777 == 0o600


def test_each_line_once_over_restarts(door, map_file, tmp_path):
    log = tmp_path / "shop.log"
    for first in range(0, 30, 10):
        write(log, log_lines(first, 10))
        tailing = Following("tail", log, "--map", map_file, "--to", door.url)
        wait_for("they came", lambda: len(door.lines) == first + 10)
        code, errors = tailing.end()
        assert code == 0 and summary(errors) == (10, 10, 0, 0), errors
    assert door.lines == events_of(log_lines(0, 30))


def test_what_was_not_confirmed_comes_again_after_a_kill(door, map_file, tmp_path):
    log = tmp_path / "shop.log"
    write(log, log_lines(0, 10))
    tailing = Following("tail", log, "--map", map_file, "--to", door.url)
    wait_for("they are stored as read", lambda: (tmp_path / "shop.log.ordertrace").exists())
    door.released.clear()
    write(log, log_lines(10, 10))
    wait_for("the next ones are on their way", lambda: len(door.bodies) == 2)
    tailing.end(signal.SIGKILL)
    door.released.set()
    wait_for("they were taken", lambda: len(door.lines) == 20)
    tailing = Following("tail", log, "--map", map_file, "--to", door.url)
    wait_for("they came again", lambda: len(door.lines) == 30)
    assert door.bodies[2] == door.bodies[1], "the same bytes"
    assert set(door.lines) == set(events_of(log_lines(0, 20)))
    tailing.end()


def test_what_is_flushed_late_into_a_rotated_log_comes_too(door, map_file, tmp_path):
    log = tmp_path / "shop.log"
    write(log, log_lines(0, 1))
    with log.open("a") as service:
        tailing = Following("tail", log, "--map", map_file, "--to", door.url)
        wait_for("it follows", lambda: len(door.lines) == 1)
        log.rename(tmp_path / "shop.log.1")
        write(log, log_lines(1, 1))
        wait_for("it left the old one", lambda: len(door.lines) == 2)
        for flushed in (2, 3):
            service.write(log_lines(flushed, 1)[0] + "\n")
            service.flush()
            wait_for("what was flushed came", lambda: len(door.lines) == flushed + 1)
            code, errors = tailing.end()
            assert code == 0 and errors.count("\n") == 1, errors
            tailing = Following("tail", log, "--map", map_file, "--to", door.url)
    write(log, log_lines(4, 1))
    wait_for("it goes on", lambda: len(door.lines) == 5)
    tailing.end()
    assert door.lines == events_of(log_lines(0, 5))


def test_a_restart_inside_a_line_that_is_too_long(door, map_file, tmp_path):
    log = tmp_path / "shop.log"
    log.write_bytes(b"x" * (5 << 20))
    tailing = Following("tail", log, "--map", map_file, "--to", door.url)
    state = tmp_path / "shop.log.ordertrace"
    wait_for("all is left out", lambda: state.exists() and json.loads(state.read_text())["offset"] == 5 << 20)
    code, errors = tailing.end()
    assert code == 0 and summary(errors) == (1, 0, 1, 0), errors
    write(log, [log_lines(6, 1)[0], *log_lines(7, 1)])
    tailing = Following("tail", log, "--map", map_file, "--to", door.url)
    wait_for("the next line came", lambda: door.lines)
    code, errors = tailing.end()
    assert code == 0 and summary(errors) == (1, 1, 0, 0), errors
    assert door.lines == events_of(log_lines(7, 1))


def test_two_tails_keep_no_place_together(door, map_file, tmp_path):
    log = tmp_path / "shop.log"
    write(log, log_lines(0, 1))
    tailing = Following("tail", log, "--map", map_file, "--to", door.url)
    wait_for("it follows", lambda: door.lines)
    done = run(CLI, "tail", log, "--map", map_file, "--to", door.url)
    assert (done.returncode, done.stderr) == (78, f"ordertrace tail: {log}.ordertrace: another tail keeps its place here; "
                                                  "end that one, or name another file with --state\n")
    write(log, log_lines(1, 1))
    wait_for("the first goes on", lambda: door.lines == events_of(log_lines(0, 2)))
    tailing.end()
    assert (tmp_path / "shop.log.ordertrace.lock").stat().st_mode & 0o777 == 0o600


def test_an_agent_that_is_away_moves_no_place(door, map_file, tmp_path):
    log = tmp_path / "shop.log"
    write(log, log_lines(0, 10))
    door.close()
    tailing = Following("tail", log, "--map", map_file, "--to", door.url)
    assert "Connection refused" in tailing.process.stderr.readline()
    code, errors = tailing.end()
    assert code == 0 and summary(errors) == (10, 0, 0, 0), errors
    assert not (tmp_path / "shop.log.ordertrace").exists()
    door.start()
    tailing = Following("tail", log, "--map", map_file, "--to", door.url)
    wait_for("they came", lambda: door.lines == events_of(log_lines(0, 10)))
    tailing.end()


def test_a_log_that_comes_later_and_a_start_at_its_end(door, map_file, tmp_path):
    log, old = tmp_path / "later.log", tmp_path / "old.log"
    write(old, log_lines(0, 5))
    write(old, ["half a li"], end="")
    waiting = Following("tail", log, "--map", map_file, "--to", door.url, "--from", "end")
    at_end = Following("tail", old, "--map", map_file, "--to", door.url, "--from", "end", "--state", tmp_path / "state")
    assert waiting.process.stderr.readline() == f"ordertrace tail: {log}: No such file or directory; waiting for it\n"
    write(log, log_lines(10, 5))
    wait_for("what came after the start came", lambda: door.lines == events_of(log_lines(10, 5)))

    def seen():
        write(old, ["ne", *log_lines(20, 1)])
        return events_of(log_lines(20, 1))[0] in door.lines
    wait_for("the line at the end came", seen)
    assert not set(door.lines) & set(events_of(log_lines(0, 5)))
    waiting.end()
    at_end.end()
    assert json.loads((tmp_path / "state").read_text())["log"] == str(old)


def test_hostile_lines_are_inert_and_long_ones_left_out(door, map_file, tmp_path):
    log = tmp_path / "shop.log"
    log.write_bytes(b'1795305600000000 order=A1 status="x\\"\x00\x1b[31m\n'
                    + b"x" * (5 << 20) + b" order=A2 status=CUT\n"
                    + b"\x00" * 3000 + b"1795305600000001 order=\xd0\x97-77 status=CUT\n"
                    + b"1795305600000002 order=ord1 status=_k=v\r\n")
    tailing = Following("tail", log, "--map", map_file, "--to", door.url)
    door.answer = None
    wait_for("they came", lambda: len(door.lines) == 3 or tailing.process.poll() is not None)
    code, errors = tailing.end()
    assert code == 0 and summary(errors) == (4, 3, 1, 0), errors
    checked = run(CLI, "check", "--json", input=door.lines[0])
    assert checked.returncode == 0 and json.loads(checked.stdout)["event"]["order"] == "A1", checked
    assert door.lines[2] == "ord1 status ord1 st=_k=v t=1795305600000002"


def test_what_cannot_be_used_is_said_at_once(door, map_file, tmp_path):
    log = tmp_path / "shop.log"
    (tmp_path / "state").write_text("{}")
    done = run(CLI, "tail", log, "--map", map_file, "--state", tmp_path / "state")
    assert (done.returncode, done.stderr) == (78, f"ordertrace tail: {tmp_path}/state: it does not say how far {log} was read; "
                                                  "name another file with --state, or remove it to begin anew\n")
    done = run(CLI, "tail", log, "--map", map_file, "--state", tmp_path / "no/state")
    assert (done.returncode, done.stderr) == (78, f"ordertrace tail: {tmp_path}/no/state: No such file or directory; "
                                                  "name a file in a directory of your own with --state\n")
    (tmp_path / "bad.yaml").write_text("version: 1\nformat: text\nruls: []\n")
    for command in (("tail", log), ("pipe",), ("check",)):
        done = run(CLI, *command, "--map", tmp_path / "bad.yaml")
        assert done.returncode == 78 and done.stderr == (
            f"{tmp_path}/bad.yaml:1:1: rules: missing; say what becomes an event\n"
            f"{tmp_path}/bad.yaml:3:1: ruls: unknown key; did you mean rules?\n"), done


def test_check_shows_what_a_sample_becomes(map_file, tmp_path):
    sample = tmp_path / "sample.log"
    write(sample, [*log_lines(0, 1), "nothing of ours"])
    done = run(CLI, "check", "--map", map_file, "--sample", sample, "--system", "mes", "--namespace", "shop")
    assert done.returncode == 0, done
    for text in ("line 1: 1795305600000000 order=A0 status=CUT\nrule 1: ord1 status A0 st=CUT t=1795305600000000\n",
                 "status CUT of order A0\n", "line 2: nothing of ours\nskipped: no rule matches\n",
                 "\n2 lines: 1 events, 1 skipped, 0 the agent would reject\n"):
        assert text in done.stdout, done.stdout
    rows = [json.loads(row) for row in run(CLI, "check", "--map", map_file, "--sample", sample, "--json").stdout.splitlines()]
    assert [row["line"] for row in rows] == [1, 2] and rows[0]["event"]["order"] == "A0" and rows[1]["skipped"] == "no_rule"
    nothing = run(CLI, "check", "--map", map_file, "--sample", map_file)
    assert nothing.returncode == 1, nothing
    assert run(CLI, "check", "--map", map_file).stdout == f"{map_file}: fine\n"
    assert run(CLI, "check", "--sample", sample).returncode == 64
    assert run(CLI, "check", "--map", map_file, "--sample", tmp_path / "none").returncode == 64
