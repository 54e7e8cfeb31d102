"""The board as a program: its settings, its ports, its end; and its intake, which answers like a Jaeger collector."""

import gzip
import os
import re
import signal
import socket
import ssl
import time

import pytest

import beats_of
from board import THRIFT, Board
from certificates import Authority
from harness import BOARD, CLI, Agent, destination, free_port, run

BEAT = beats_of.batch_of("mes a..b", {"a": 1_795_305_600_000_000, "b": 1_795_305_900_000_000}.get)
TOO_LARGE = "Unable to process request body: http: request body too large"


@pytest.fixture
def board(tmp_path):
    return Board(tmp_path / "board")


# settings

def test_all_problems_of_both_files_at_once(board):
    board.config |= {"web": {"listen": "10.0.0.1:4750"}, "logs": {}}
    board.config["store"]["sqlite"]["intake"] = "0.0.0.0:4751"
    board.lifecycle["stages"]["PACKAGING"]["next"] = ["SHIPPEDD"]
    board.write_config()
    lines = board.config_file.read_text().splitlines()
    lifecycle = board.directory / "lifecycle.yaml"

    def place(word):
        words = f'"{word}"'
        row = next(number for number, line in enumerate(lines, 1) if words in line)
        return f"{board.config_file}:{row}:{lines[row - 1].index(words) + 1}"
    expected = [
        f"{place('0.0.0.0:4751')}: store.sqlite.intake: 0.0.0.0:4751 can be reached from other hosts; listen on 127.0.0.1, or take "
        "only clients with a certificate: give cert_file, key_file and client_ca_file in tls",
        f"{place('10.0.0.1:4750')}: web.listen: 10.0.0.1:4750 can be reached from other hosts; listen on 127.0.0.1 and let a web "
        "server that asks for a password pass requests on",
        f"{place('logs')}: logs: unknown key; did you mean log?",
    ]
    for command in (["check", "--config", board.config_file], ["--config", board.config_file], ["show-config", "--config", board.config_file]):
        result = run(BOARD, *command)
        assert result.returncode == 78 and result.stdout == "", result
        told = result.stderr.splitlines()
        assert [line for line in told if not line.startswith(str(lifecycle))] == expected
        assert any(line.startswith(str(lifecycle)) and "SHIPPEDD" in line and "did you mean SHIPPED?" in line for line in told), told
        assert not (board.directory / "orders.db").exists(), "nothing is touched"


def test_good_settings(board):
    board.write_config()
    result = run(BOARD, "check", "--config", board.config_file)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"{board.config_file}: fine\n{board.directory}/lifecycle.yaml: fine\n"
    shown = run(BOARD, "show-config", "--config", board.config_file)
    again = board.directory / "again.yaml"
    again.write_text(shown.stdout)
    assert run(BOARD, "show-config", "--config", again).stdout == shown.stdout, "what is shown reads back as the same"


@pytest.mark.parametrize("words", [["--nonsense"], [], ["frobnicate"]])
def test_wrong_usage_is_64(words):
    result = run(BOARD, *words)
    assert result.returncode == 64 and result.stdout == "" and len(result.stderr.strip().splitlines()) == 1, result


def test_help_and_version():
    for words in (["--help"], ["--version"], ["check", "--help"], ["health", "--help"]):
        result = run(BOARD, *words)
        assert result.returncode == 0 and result.stdout and not result.stderr, result


@pytest.mark.parametrize("taken", ["web", "intake"])
def test_a_port_that_is_taken(tmp_path, board, taken):
    board.start()
    second = Board(tmp_path / "second")
    if taken == "web":
        second.config["web"]["listen"] = board.config["web"]["listen"]
    else:
        second.config["store"]["sqlite"]["intake"] = board.config["store"]["sqlite"]["intake"]
    second.start(ready=False)
    assert second.wait() == 69
    setting, port = {"web": ("web.listen", board.web_port), "intake": ("store.sqlite.intake", board.intake_port)}[taken]
    assert [line.split(" ", 1)[1] for line in second.log.splitlines()] == \
        [f"error {setting}: cannot listen on 127.0.0.1:{port}: Address already in use; is another program using the port?"], second.log
    board.stop()


def test_a_store_that_cannot_be_opened(tmp_path, board):
    board.config["store"]["sqlite"]["file"] = str(tmp_path / "missing/orders.db")
    board.start(ready=False)
    assert board.wait() == 69
    assert [line.split(" ", 1)[1] for line in board.log.splitlines()] == \
        [f"error {tmp_path}/missing/orders.db: there is no directory {tmp_path}/missing; make it, writable for this user"], board.log


def test_health(board):
    absent = run(BOARD, "health", "--board", board.url)
    assert absent.returncode == 1 and absent.stdout == "" and board.url.removeprefix("http://") in absent.stderr, absent
    board.start()
    well = run(BOARD, "health", "--board", board.url)
    assert well.returncode == 0 and well.stderr == "", well
    board.stop()


def test_questions_to_a_board_that_is_not_there(board):
    for words in (["where", "10042"], ["stuck"], ["lost"], ["stages"], ["systems"]):
        result = run(CLI, *words, "--board", board.url)
        assert result.returncode == 69 and result.stdout == "" and len(result.stderr.splitlines()) == 1, result
        assert board.url in result.stderr, result


def test_it_leaves_nothing_in_the_temporary_folder(tmp_path, board):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    board.environment = {"TMPDIR": str(temporary)}
    board.start()
    board.stop()
    assert os.listdir(temporary) == []
    assert (board.directory / "orders.db").stat().st_mode & 0o777 == 0o600


# reload

def test_sighup_begins_anew_with_changed_files(tmp_path, board):
    board.start()
    agent = Agent(tmp_path / "agent", {"board": board.intake}).start()
    agent.send_and_see("ord1 status 10042 st=PRICE_CALCULATED")
    agent.wait_delivered()
    assert board.verdict("10042") == "on_time"
    board.lifecycle["stages"]["PRICE_CALCULATED"]["reaches"]["crm"] = "1s"
    board.write_config()
    board.send_signal(signal.SIGHUP)
    board.wait_until("it judges by the new file", lambda: "not_sent" in board.get("/api/orders/10042", missing_ok=True)[1], 20)
    agent.send_and_see("ord1 status 10043 st=PRICE_CALCULATED")
    agent.wait_delivered()
    assert f"info reload: beginning anew with {board.config_file} and {board.directory}/lifecycle.yaml" in board.log
    board.stop()
    assert agent.stop().destinations["board"] == {"delivered": 2, "pending": 0, "dropped": {}}


def test_sighup_with_a_bad_file_changes_nothing(board):
    board.start()
    board.lifecycle["skew"] = "long"
    board.write_config()
    board.send_signal(signal.SIGHUP)
    board.wait_until("it says so", lambda: f"error reload: {board.config_file} is not valid; the settings in force stay" in board.log)
    assert 'skew: "long" is no duration' in board.log
    assert board.get("/readyz")[0] == 200
    board.stop()


def test_sighup_with_files_that_cannot_be_started_goes_on_with_those_before(board):
    board.start()
    metric = "ordertrace_config_last_reload_successful"
    assert board.metrics().get(metric) == 1
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        address = "127.0.0.1:{}".format(taken.getsockname()[1])
        before = board.config["web"]["listen"]
        board.config["web"]["listen"] = address
        board.write_config()
        board.send_signal(signal.SIGHUP)
        said = (f"error reload: web.listen: cannot listen on {address}: Address already in use; is another program "
                "using the port?; meanwhile the settings before are in force")
        board.wait_until(lambda: f"it says so:\n{board.log}", lambda: said in board.log)
        board.wait_ready()
        assert board.metrics().get(metric) == 0
    board.config["web"]["listen"] = before
    board.write_config()
    board.send_signal(signal.SIGHUP)
    board.wait_until("it begins anew", lambda: f"\n{metric} 1\n" in board.get("/metrics", missing_ok=True)[1])
    board.wait_ready()
    board.stop()


@pytest.mark.parametrize("deadline, within", [("100ms", 4), ("5s", None)])
def test_a_request_under_way_has_until_the_deadline(board, deadline, within):
    """`within`: so soon it is cut off; None: there is time to finish it."""
    board.config["shutdown"]["deadline"] = deadline
    board.start()
    with socket.create_connection(("127.0.0.1", board.intake_port), 10) as slow:
        slow.sendall(b"POST /api/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-thrift\r\n"
                     b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BEAT))
        assert slow.recv(4096).startswith(b"HTTP/1.1 100 ")
        board.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        if within is None:
            board.wait_until("it stops", lambda: "info stopping" in board.log)
            time.sleep(1.5)  # longer than any time-out of the server's own would let it live
            slow.sendall(BEAT)
            assert slow.recv(4096).startswith(b"HTTP/1.1 202 ")
        assert board.wait() == 0
        assert within is None or time.monotonic() - begun < within


# the intake

@pytest.mark.parametrize("what, request_of, expected", [
    ("a batch", {"body": BEAT}, (202, "")),
    ("the other media type", {"body": BEAT, "content_type": "application/x-thrift"}, (202, "")),
    ("with parameters", {"body": BEAT, "content_type": THRIFT + "; charset=binary"}, (202, "")),
    ("gzip", {"body": gzip.compress(BEAT), "Content_Encoding": "gzip"}, (202, "")),
    ("no gzip", {"body": BEAT, "Content_Encoding": "gzip"}, (400, "the body is not gzip although its Content-Encoding says so")),
    ("torn gzip", {"body": gzip.compress(BEAT)[:-9], "Content_Encoding": "gzip"}, (500, "Unable to process request body: gzip: invalid data")),
    ("another encoding", {"body": BEAT, "Content_Encoding": "br"}, (400, "unsupported Content-Encoding: br")),
    ("a gzip bomb", {"body": gzip.compress(bytes(30 << 20)), "Content_Encoding": "gzip"}, (500, TOO_LARGE)),
    ("too large", {"body": bytes(21 << 20)}, (500, TOO_LARGE)),
    ("no media type", {"body": BEAT, "content_type": ""}, (400, "Cannot parse content type: no media type")),
    ("another media type", {"body": BEAT, "content_type": "application/json"}, (400, "Unsupported content type: application/json")),
    ("a torn batch", {"body": BEAT[:-40]}, (400, None)),
    ("no batch", {"body": b"hello"}, (400, None)),
    ("GET", {"body": None, "method": "GET", "content_type": ""}, (405, None)),
    ("another path", {"body": BEAT, "path": "/api/spans"}, (404, None)),
])
def test_the_intake_answers_like_a_collector(module_board, what, request_of, expected):
    status, text = module_board.post(**request_of)
    assert status == expected[0], (what, status, text)
    assert expected[1] is None or text.rstrip("\n") == expected[1]
    assert module_board.post(BEAT)[0] == 202, "it goes on"


@pytest.fixture(scope="module")
def module_board(tmp_path_factory):
    return Board(tmp_path_factory.mktemp("intake")).start()


def test_what_the_intake_leaves_out_is_counted(tmp_path, board):
    board.start()
    agent = Agent(tmp_path / "agent", {"board": board.intake})
    agent.config["listen"][0]["namespaces"] = ["garage"]
    agent.start()
    agent.send_and_see("ord1 status 1 st=CREATED", "ord1 status 2 st=CREATED ns=garage")
    agent.wait_delivered()
    assert board.post(BEAT)[0] == board.post(BEAT)[0] == 202
    metrics = board.wait_metric("ordertrace_board_beats_total", 1)
    assert metrics.get("ordertrace_board_spans_ignored_total", reason="other_namespace") == 1
    assert metrics.get("ordertrace_board_facts_total") == 1
    assert board.verdict("2") == "unknown"
    agent.stop()
    board.stop()


def test_an_intake_for_other_hosts_asks_for_a_certificate(tmp_path, board):
    authority, stranger = Authority(tmp_path / "ca"), Authority(tmp_path / "stranger", "Another authority")
    server, client, wrong = authority.issue("board"), authority.issue("agent"), stranger.issue("agent")
    board.config["store"]["sqlite"] |= {"intake": f"0.0.0.0:{board.intake_port}", "tls": {
        "cert_file": str(server.cert), "key_file": str(server.key), "client_ca_file": str(authority.file)}}
    board.start()

    def agent_with(name, pair):
        tls = {"ca_file": str(authority.file), "cert_file": str(pair.cert), "key_file": str(pair.key)}
        made = Agent(tmp_path / name, [destination("board", board.intake.replace("http:", "https:"), tls=tls)]).start()
        made.send_and_see(f"ord1 status {name} st=CREATED")
        return made
    good, bad = agent_with("good", client), agent_with("bad", wrong)
    good.wait_delivered()
    assert board.order("good")["facts"]
    bad.wait_metric("ordertrace_export_requests_total", 3)
    assert re.search(r"(?i)client certificate", bad.status()["destinations"][0]["last_error"])
    assert board.verdict("bad") == "unknown"
    with pytest.raises((OSError, ssl.SSLError)):
        board.post(BEAT)
    good.stop()
    board.stop()


def test_an_agent_delivers_to_the_board_and_to_jaeger(tmp_path, board, collector):
    """The board is one more destination: both get the same spans."""
    board.start()
    agent = Agent(tmp_path / "agent", [destination("board", board.intake, compression="gzip"), destination("jaeger", collector.url)]).start()
    agent.send_and_see("ord1 status 10042 st=PRICE_CALCULATED", "ord1 sent 10042 to=crm via=q.price msg=p",
                       'ord1 span 10042 step=calc_price ms=20 res=fail err="<b>no</b> material"')
    agent.wait_delivered()
    facts = board.order("10042")["facts"]
    assert {fact["span_id"] for fact in facts} == {span.span_id for span in collector.find()} and len(facts) == 3
    assert [fact["note"] for fact in facts if fact["record"] == "step"] == ["<b>no</b> material"]
    agent.stop()
    board.stop()
