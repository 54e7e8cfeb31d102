"""The board's intake by https: only from clients with a certificate of the authority it names."""

import shutil

import pytest

from board import Board
from certificates import Authority
from harness import Agent, destination, wait_for


@pytest.fixture
def board(tmp_path):
    clients = Authority(tmp_path / "clients", "Clients")
    server = Authority(tmp_path / "servers", "Servers").issue("board")
    files = {"cert_file": str(server.cert), "key_file": str(server.key), "client_ca_file": str(clients.file)}
    made = Board(tmp_path / "board", store={"sqlite": {"tls": files}})
    made.clients, made.servers_file = clients, tmp_path / "servers/servers.crt"
    return made.start()


def agent_with(directory, board, client):
    tls = {"ca_file": str(board.servers_file)}
    if client:
        tls |= {"cert_file": str(client.cert), "key_file": str(client.key)}
    url = board.intake.replace("http://", "https://")
    return Agent(directory, [destination("board", url) | {"tls": tls}]).start()


def test_an_agent_with_a_certificate_of_the_authority_delivers(tmp_path, board):
    agent = agent_with(tmp_path / "agent", board, board.clients.issue("mes"))
    agent.send("ord1 status 10042 st=PRICE_CALCULATED")
    wait_for("the board knows the order", lambda: board.verdict("10042") != "unknown")
    agent.stop()


@pytest.mark.parametrize("client", ["none", "another authority's"])
def test_without_one_nothing_is_taken_and_nothing_lost(tmp_path, board, client):
    stranger = Authority(tmp_path / "strangers", "Strangers").issue("mes") if client != "none" else None
    agent = agent_with(tmp_path / "agent", board, stranger)
    agent.send("ord1 status 10042 st=PRICE_CALCULATED")
    board.wait_metric("ordertrace_board_intake_refused_total", 1, reason="handshake")
    assert agent.scrape().get("ordertrace_spans_pending", to="board") >= 1
    assert board.verdict("10042") == "unknown"


def test_plain_http_on_the_port_is_no_request(tmp_path, board):
    agent = Agent(tmp_path / "agent", {"board": board.intake}).start()
    agent.send("ord1 status 10042 st=PRICE_CALCULATED")
    board.wait_metric("ordertrace_board_intake_refused_total", 1, reason="handshake")
    assert agent.scrape().get("ordertrace_spans_pending", to="board") >= 1


def test_renewed_files_count_for_the_next_connection(tmp_path, board):
    successor = Authority(tmp_path / "successors", "Successors")
    shutil.copyfile(successor.file, board.clients.file)
    agent = agent_with(tmp_path / "agent", board, successor.issue("mes"))
    agent.send("ord1 status 10042 st=PRICE_CALCULATED")
    wait_for("the board knows the order", lambda: board.verdict("10042") != "unknown")
    agent.stop()
