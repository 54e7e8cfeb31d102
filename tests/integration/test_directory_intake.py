"""Files that are renamed into a directory: each is read once, whatever ends the agent meanwhile."""

import os
import random
import signal
import subprocess

import pytest

from harness import AGENT, Agent, free_port, wait_for


class Spooled(Agent):
    def __init__(self, directory, collector, **listener):
        self.spool = directory / "in"
        self.spool.mkdir()
        super().__init__(directory / "agent", {"jaeger": collector.url}, listen=[{"directory": str(self.spool), **listener}])

    @property
    def done(self):
        return self.spool / "done"

    def put(self, name, text):
        """As its writers do: under another name first."""
        made = self.spool / f".{name}.new"
        made.write_bytes(text if isinstance(text, bytes) else text.encode())
        made.rename(self.spool / name)

    def files(self, outcome):
        return self.scrape().get("ordertrace_directory_files_total", listener=f"directory {self.spool}", outcome=outcome)

    def wait_taken(self, count, seconds=15):
        wait_for(lambda: f"{count} files taken, it is {self.files('taken')}", lambda: self.files("taken") >= count, seconds)
        return self.scrape()

    def troubles(self):
        return [line for line in self.log.splitlines() if "listen directory" in line]


@pytest.fixture
def spooled(tmp_path, collector):
    return Spooled(tmp_path, collector).start()


def span(order, step="a"):
    return f"ord1 span {order} step={step}\n"


def load_lines(count, first=0):
    return "".join(f"ord1 span D-{n} step=load us=5\n" for n in range(first, first + count))


def orders(collector, **wanted):
    return sorted(found.tags["order.id"][1] for found in collector.find(**wanted))


def test_files_are_read_by_name_and_moved(tmp_path, collector):
    agent = Spooled(tmp_path, collector)
    for name in ("b.ord", "c.ord", "a.ord"):
        agent.put(name, span(name))
    (agent.spool / "d.txt").write_text(span("no"))
    agent.start()
    agent.wait_taken(3)
    agent.put("e.ord", span("e.ord") + "ord1 span last step=a")
    assert agent.wait_taken(4, 5).received == 5
    agent.wait_delivered()
    by_arrival = [found.tags["order.id"][1] for found in collector.find(name="a")]
    assert by_arrival == ["a.ord", "b.ord", "c.ord", "e.ord", "last"]
    assert sorted(os.listdir(agent.done)) == ["a.ord", "b.ord", "c.ord", "e.ord"]
    assert sorted(os.listdir(agent.spool)) == ["d.txt", "done"]
    assert f"ready: system mes, directory {agent.spool}, admin" in agent.log
    assert agent.stop().received == 5


def test_files_are_removed_where_that_is_wanted(tmp_path, collector):
    agent = Spooled(tmp_path, collector, then="remove").start()
    agent.put("a.ord", span(1))
    agent.put("empty.ord", "")
    assert agent.wait_taken(2).received == 1
    wait_for("they are removed", lambda: os.listdir(agent.spool) == [])


def test_what_crosses_a_piece_stays_whole(spooled, collector):
    """Pieces are of 64 KiB: long notes, lines beyond them, JSON over several lines."""
    text = span(1) + "ord1 span 2 step=a :begin\n" + "  at frame.cpp:1\n" * 10_000 + span(3)
    text += "ord1 span 4 step=a :" + "x" * 200_000 + "\n  more of it\n" + span(5)
    text += '{"ev":"span",\n "order":"6",\n "step":"a"}\n' * 3000 + "ord3 nothing\n" + span(7)
    spooled.put("a.ord", text)
    metrics = spooled.wait_taken(1)
    assert metrics.received == 6 + 3000 + 1
    assert metrics.sum("ordertrace_events_rejected_total") == 1
    reject = spooled.status()["rejects"][0]
    assert (reject["from"], reject["text"]) == ("a.ord", "ord3 nothing")


def test_a_kill_in_the_middle_of_a_file_reads_no_line_twice(tmp_path, collector):
    count, chance = 200_000, random.Random(7)
    agent = Spooled(tmp_path, collector)
    agent.put("big.ord", load_lines(count))
    agent.put("next.ord", load_lines(10, count))
    in_the_middle = 0
    for part in range(1, 8):
        agent.start()
        agent.wait_metric("ordertrace_events_received_total", min(count, count * part // 10 + chance.randrange(10_000)), 30)
        agent.kill()
        in_the_middle += (agent.spool / "big.ord").exists()
    agent.start()
    agent.wait_metric("ordertrace_events_received_total", count + 10, 60)
    wait_for("both are put away", lambda: sorted(os.listdir(agent.done)) == ["big.ord", "next.ord"])
    agent.wait_delivered(60)
    last = agent.stop()
    crashed = last.dropped("jaeger")
    print(f"{in_the_middle} kills in the middle, {crashed} counted as crash, {collector.deliveries - collector.bulk_count()} sent again")
    assert in_the_middle > 0
    assert last.received == count + 10
    assert collector.bulk_count() + crashed == count + 10
    assert set(last.destinations["jaeger"]["dropped"]) <= {"crash"}


def test_a_stop_in_the_middle_of_a_file_is_gone_on_with(tmp_path, collector):
    count = 200_000
    agent = Spooled(tmp_path, collector)
    agent.put("big.ord", load_lines(count))
    agent.start()
    agent.wait_metric("ordertrace_events_received_total", 1000)
    first = agent.stop()
    # Nothing is kept by the number of the listener.
    agent.config["listen"].insert(0, {"tcp": f"127.0.0.1:{free_port()}"})
    agent.start()
    agent.wait_metric("ordertrace_events_received_total", count, 60)
    agent.wait_delivered(60)
    last = agent.stop()
    print(f"stopped after {first.received}")
    assert last.received == collector.bulk_count() == count
    assert os.listdir(agent.done) == ["big.ord"]


def test_what_is_no_file_is_left_and_said_once(spooled):
    target = spooled.directory / "secret"
    target.write_text(span("secret"))
    (spooled.spool / "a.ord").symlink_to(target)
    (spooled.spool / "b.ord").mkdir()
    os.mkfifo(spooled.spool / "c.ord")
    spooled.put("d.ord", "ord1 span 1 step=a\n".encode("utf-16"))
    for number in range(2):
        spooled.put(f"good{number}.ord", span(number))
        spooled.wait_taken(number + 1)
    assert spooled.scrape().received == 2
    assert spooled.files("troubled") == 4
    where = f"listen directory {spooled.spool}: "
    said = [line[line.index(where) + len(where):] for line in spooled.troubles()]
    assert said == [
        "a.ord: it is a link, and links are not followed; rename the file itself into here; it is tried again every 10 s",
        "b.ord: it is no regular file; take it away; it is tried again every 10 s",
        "c.ord: it is no regular file; take it away; it is tried again every 10 s",
        "d.ord: it is UTF-16; write it in UTF-8, or in a charset that begins with ASCII; it is tried again every 10 s"]


def test_a_file_that_cannot_be_moved_is_not_read_again(spooled, collector):
    spooled.done.rmdir()
    spooled.done.write_text("in the way")
    spooled.put("a.ord", span(1))
    wait_for("it is said", spooled.troubles)
    assert ("a.ord: it was read and cannot be moved to done: Not a directory; let the agent's user write the directory; "
            "no other file is read until then, so that none is read twice; it is tried again every 10 s") in spooled.log
    spooled.put("b.ord", span(2))
    spooled.kill()
    spooled.done.unlink()
    spooled.start()
    assert spooled.wait_taken(2).received == 2
    assert sorted(os.listdir(spooled.done)) == ["a.ord", "b.ord"]
    spooled.wait_delivered()
    assert orders(collector, name="a") == ["1", "2"]


def test_names_that_come_again_replace_nothing(spooled):
    for number in range(2):
        spooled.put("a.ord", span(number))
        spooled.wait_taken(number + 1)
    names = sorted(os.listdir(spooled.done))
    assert len(names) == 2 and names[0] == "a.ord" and names[1].startswith("a.ord.")
    (spooled.done / "a.ord").rename(spooled.spool / "a.ord")  # somebody wants it read again
    assert spooled.wait_taken(3).received == 3


def test_a_removed_directory_is_said(spooled):
    spooled.done.rmdir()
    spooled.spool.rmdir()
    spooled.wait_until("it is said", spooled.troubles, 15)
    assert "it was removed; make it again, and restart the agent; it is tried again every 10 s" in spooled.log


@pytest.mark.parametrize("make,words", [
    (lambda path: None, "No such file or directory; make it, and let the agent's user read and write it"),
    (lambda path: path.write_text(""), "Not a directory; make it, and let the agent's user read and write it")])
def test_a_directory_that_is_none_is_an_error_at_the_start(tmp_path, collector, make, words):
    path = tmp_path / "in"
    make(path)
    agent = Agent(tmp_path / "agent", {"jaeger": collector.url}, listen=[{"directory": str(path)}])
    agent.write_config()
    done = subprocess.run([AGENT, "--config", agent.config_file], capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 69
    assert f"listen directory {path}: {words}" in done.stderr


def test_two_agents_do_not_share_a_directory(spooled, tmp_path, collector):
    second = Agent(tmp_path / "second", {"jaeger": collector.url}, listen=[{"directory": f"{spooled.spool}/"}])
    second.write_config()
    done = subprocess.run([AGENT, "--config", second.config_file], capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 69
    assert (f"listen directory {spooled.spool}/: another listener or agent reads it already; give each its own directory"
            in done.stderr)


def test_an_end_while_nothing_is_to_be_read_is_quick(spooled):
    spooled.put("a.ord", span(1))
    spooled.wait_taken(1)
    spooled.wait_delivered()
    spooled.send_signal(signal.SIGTERM)
    assert spooled.wait(8) == 0  # a look around comes every 10 s
    assert spooled.last_balance().received == 1
