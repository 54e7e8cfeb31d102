"""What deploy/SECURITY.md says of erasing one order, done with its own commands."""

import re

import pytest

from board import Board
from harness import AGENT, CLI, SOURCE, Agent, run, wait_for

ORDER, OTHER = "10042", "10043"
SECRET = "a customer's name"


def commands(title):
    """The block of shell under this bold title; without the service manager, which the tests have not."""
    page = (SOURCE / "deploy/SECURITY.md").read_text()
    block = re.search(rf"\*\*{re.escape(title)}.*?```bash\n(.*?)```", page, re.S).group(1)
    return "".join(line for line in block.splitlines(keepends=True) if not line.startswith("systemctl "))


@pytest.fixture
def shop(tmp_path):
    board = Board(tmp_path / "board").start()
    agent = Agent(tmp_path / "agent", {"board": board.intake}).start()
    for order in (ORDER, OTHER):
        agent.send_and_see(f"ord1 status {order} st=PRICE_CALCULATED", f"ord1 alias {order} ref=crm:AX-{order}",
                           f"ord1 span {order} step=calc_price ms=5 res=fail :{SECRET} of {order}")
    agent.wait_delivered()
    return board, agent


def bytes_of(folder):
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("log.")]
    return b"".join(path.read_bytes() for path in files)


def holds(folder, text):
    """Nothing is known while a file goes away between the look at its folder and the look into it."""
    try:
        return text in bytes_of(folder)
    except FileNotFoundError:
        return None


def test_files_that_were_read_are_removed(tmp_path):
    spool, rows = tmp_path / "in", tmp_path / "rows"
    for folder in (spool, rows):
        folder.mkdir()
    agent = Agent(tmp_path / "agent", {"board": "http://127.0.0.1:9/api/traces"}, listen=[{"directory": str(spool)}]).start()
    for order in (ORDER, OTHER):
        (rows / f"orders.jsonl.{order}").write_text(f'{{"order": "{order}"}}\n')
        (spool / f"{order}.new").write_text(f"ord1 status {order} st=CREATED\n")
        (spool / f"{order}.new").rename(spool / f"of {order}.ord")
    wait_for("both were read", lambda: len([*(spool / "done").iterdir()]) == 2)
    agent.stop()
    removal = commands("1. The ways in").splitlines()[-1].replace("/var/spool/ordertrace/in", str(spool))
    done = run("bash", "-c", removal.replace("/var/lib/ordertrace-wal", str(rows)))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert [path.name for folder in (spool / "done", rows) for path in folder.iterdir()] == [f"of {OTHER}.ord", f"orders.jsonl.{OTHER}"]


def test_the_journal_holds_nothing_of_it_after_a_restart(shop):
    _, agent = shop
    block = commands("2. The journals.").replace("/var/lib/ordertrace-agent-crm", str(agent.journal))
    assert b"10042" in bytes_of(agent.journal), "what was delivered is still there"
    agent.stop()
    agent.start()
    wait_for("the segment is gone", lambda: holds(agent.journal, ORDER.encode()) is False)
    done = run("bash", "-c", block.replace("ordertrace-agent journal", f"{AGENT} journal"))
    assert "0 pending" in done.stdout and done.stdout.splitlines()[-1] == "0", done.stdout + done.stderr


def test_the_board_knows_nothing_of_it_and_all_of_the_others(shop):
    board, agent = shop
    agent.stop()
    board.stop()
    database = board.directory / "orders.db"
    assert f"{SECRET} of {ORDER}".encode() in bytes_of(board.directory)
    block = commands("3. The board with SQLite.").replace("/var/lib/ordertrace-board/orders.db", str(database))
    done = run("bash", "-c", block)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    board.start()
    assert board.verdict(ORDER) == "unknown" and board.verdict(OTHER) == "failed"
    board.stop()
    left = bytes_of(board.directory)
    assert f"{SECRET} of {OTHER}".encode() in left
    assert f"{SECRET} of {ORDER}".encode() not in left and f"AX-{ORDER}".encode() not in left


def test_the_trace_to_erase_is_what_the_tool_says():
    page = (SOURCE / "deploy/SECURITY.md").read_text()
    assert "ordertrace id 10042 --namespace shop | head -n 1" in page
    told = run(CLI, "id", "10042", "--namespace", "shop").stdout.splitlines()[0]
    assert told == "8d91de8595de911c410b46d59c175b06"
