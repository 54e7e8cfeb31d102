"""Damaged journals: a bad record is skipped and counted and its segment set aside; a torn tail is no damage."""

from harness import AGENT, Agent, run, wait_for


def filled(tmp_path, down, count=400):
    """An agent that has ended with `count` undelivered spans, and its segments, oldest first."""
    agent = Agent(tmp_path, {"jaeger": down.url}).start()
    for at in range(0, count, 50):
        agent.send_and_see("\n".join(f"ord1 span C-{n} step=load us=5" for n in range(at, at + 50)))
    agent.stop()
    return agent, segments(agent)


def segments(agent):
    return sorted(path for path in agent.journal.glob("*.seg") if not path.name.startswith("corrupt"))


def largest(paths):
    return max(paths, key=lambda path: path.stat().st_size)


def test_a_flipped_byte_costs_one_record(tmp_path, down):
    agent, found = filled(tmp_path, down)
    damaged = largest(found)
    content = bytearray(damaged.read_bytes())
    middle = content.rindex(b"load", 0, len(content.rstrip(b"\0")) // 2)
    content[middle] ^= 0x01
    damaged.write_bytes(content)
    agent.start()
    down.start()
    agent.wait_delivered()
    wait_for("the segment is set aside", lambda: list(agent.journal.glob("corrupt*")))
    last = agent.stop().destinations["jaeger"]
    assert last["dropped"]["corrupt"] >= 1 and sum(last["dropped"].values()) == last["dropped"]["corrupt"]
    assert last["delivered"] == down.bulk_count() == 400 - last["dropped"]["corrupt"]
    assert last["dropped"]["corrupt"] == 1, "the records behind it are whole"


def test_a_segment_of_rubbish_is_never_fatal(tmp_path, down):
    agent, found = filled(tmp_path, down)
    damaged = largest(found)
    damaged.write_bytes(bytes(range(256)) * (damaged.stat().st_size // 256 + 1))
    agent.start()
    down.start()
    agent.wait_delivered()
    last = agent.stop().destinations["jaeger"]
    assert last["delivered"] == down.bulk_count() and last["delivered"] + sum(last["dropped"].values()) == 400


def test_a_torn_tail_is_cut_silently(tmp_path, down):
    agent = Agent(tmp_path, {"jaeger": down.url}).start()
    agent.send_and_see(*[f"ord1 span C-{n} step=load us=5" for n in range(50)])
    agent.kill()
    torn = largest(segments(agent))
    content = torn.read_bytes().rstrip(b"\0")
    torn.write_bytes(content[:-7])
    agent.start()
    down.start()
    agent.wait_delivered()
    last = agent.stop().destinations["jaeger"]
    assert last == {"delivered": 49, "pending": 0, "dropped": {"crash": 1}}
    assert down.bulk_count() == 49 and not list(agent.journal.glob("corrupt*"))


def test_a_lost_state_page_books_what_the_log_has(tmp_path, down):
    agent, _ = filled(tmp_path, down)
    (agent.journal / "state").unlink()
    agent.start()
    metrics = agent.scrape()
    assert metrics.get("ordertrace_spans_recorded_total") == 400 == metrics.get("ordertrace_events_accepted_total", verb="other")
    down.start()
    agent.wait_delivered()
    agent.send_and_see("ord1 span C-new step=load us=5")
    agent.wait_delivered()
    assert agent.stop().recorded == 401 and down.bulk_count() == 401


def test_the_journal_can_be_looked_at(tmp_path, down):
    agent, found = filled(tmp_path, down, count=100)
    listed = run(AGENT, "journal", "list", agent.journal)
    assert listed.returncode == 0 and "jaeger" in listed.stdout, listed
    shown = run(AGENT, "journal", "cat", agent.journal)
    assert shown.returncode == 0 and all(f"C-{n}" in shown.stdout for n in range(100)), shown
    good = run(AGENT, "journal", "verify", agent.journal)
    assert good.returncode == 0, good
    damaged = largest(found)
    content = bytearray(damaged.read_bytes())
    content[content.rindex(b"load", 0, len(content) // 2)] ^= 1
    damaged.write_bytes(content)
    bad = run(AGENT, "journal", "verify", agent.journal)
    assert bad.returncode == 1 and damaged.name in bad.stdout + bad.stderr, bad
    nowhere = run(AGENT, "journal", "list", tmp_path / "nowhere")
    assert nowhere.returncode not in (0, 70) and str(tmp_path / "nowhere") in nowhere.stderr, nowhere
