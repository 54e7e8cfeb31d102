"""TLS to the collector: what may go wrong is said once and clearly, loses nothing, and heals when the files do."""

import re
import ssl
import time

import pytest

from certificates import Authority
from fault_collector import FaultCollector
from harness import Agent, destination, wait_for


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("stranger"), "Another authority")


def server_context(pair, client_ca=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)
    context.set_alpn_protocols(["http/1.1"])
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_ca)
    return context


def agent_for(directory, collector, url=None, **tls):
    tls = {key: str(value) for key, value in tls.items()}
    return Agent(directory, [destination("jaeger", url or collector.url, tls=tls)])


def test_client_certificates(tmp_path, authority):
    server, client = authority.issue("collector"), authority.issue("agent")
    with FaultCollector(tls=server_context(server, authority.file)) as collector:
        agent = agent_for(tmp_path, collector, ca_file=authority.file, cert_file=client.cert, key_file=client.key).start()
        agent.send_and_see("ord1 span T-1 step=load us=5")
        metrics = agent.wait_delivered()
        assert collector.bulk_count() == 1
        subject = dict(field for (field,) in collector.requests[0].peer_certificate["subject"])
        assert subject["commonName"] == "agent"
        expiry = metrics.get("ordertrace_tls_certificate_expiry_timestamp_seconds", to="jaeger")
        assert 29 * 86400 < expiry - time.time() < 31 * 86400
        agent.stop()


def fails(agent, collector, words):
    """The span stays, the reason is one line of the log and in /status."""
    agent.start()
    agent.send_and_see("ord1 span T-1 step=load us=5")
    wait_for(lambda: f"the log says {words!r}:\n{agent.log}", lambda: re.search(words, agent.log))
    wait_for("it was tried again", lambda: agent.scrape().sum("ordertrace_export_requests_total", to="jaeger") >= 3)
    metrics = agent.scrape()
    assert metrics.get("ordertrace_spans_pending", to="jaeger") == 1 and metrics.get("ordertrace_collector_up", to="jaeger") == 0
    assert re.search(words, agent.status()["destinations"][0]["last_error"])
    assert len([line for line in agent.log.splitlines() if " warning " in line and re.search(words, line)]) == 1, agent.log
    assert collector.bulk_count() == 0


def test_unknown_issuer_until_the_ca_file_is_mended(tmp_path, authority, stranger):
    trusted = tmp_path / "trusted.crt"
    trusted.write_bytes(stranger.file.read_bytes())
    with FaultCollector(tls=server_context(authority.issue("collector"))) as collector:
        agent = agent_for(tmp_path / "agent", collector, ca_file=trusted)
        fails(agent, collector, r"(?i)(unknown|not.*known|not signed|issuer|not trust)")
        trusted.write_bytes(authority.file.read_bytes())
        agent.wait_delivered()
        assert collector.bulk_count() == 1
        agent.stop()


def test_the_system_store_does_not_know_a_private_authority(tmp_path, authority):
    with FaultCollector(tls=server_context(authority.issue("collector"))) as collector:
        agent = agent_for(tmp_path, collector)
        fails(agent, collector, r"(?i)(unknown|not.*known|not signed|issuer|not trust)")
        agent.stop()


def test_expired(tmp_path, authority):
    with FaultCollector(tls=server_context(authority.issue("old", expired=True))) as collector:
        agent = agent_for(tmp_path, collector, ca_file=authority.file)
        fails(agent, collector, r"expired")
        agent.stop()


def test_wrong_host(tmp_path, authority):
    with FaultCollector(tls=server_context(authority.issue("elsewhere", hosts="DNS:elsewhere.example"))) as collector:
        agent = agent_for(tmp_path / "a", collector, ca_file=authority.file)
        fails(agent, collector, r"127\.0\.0\.1.*(name|host|for)|(name|host|for).*127\.0\.0\.1")
        agent.stop()
        named = agent_for(tmp_path / "b", collector, ca_file=authority.file, server_name="elsewhere.example").start()
        named.send_and_see("ord1 span T-2 step=load us=5")
        named.wait_delivered()
        named.stop()


def test_refused_client_certificate(tmp_path, authority, stranger):
    wrong = stranger.issue("agent")
    with FaultCollector(tls=server_context(authority.issue("collector"), authority.file)) as collector:
        agent = agent_for(tmp_path / "a", collector, ca_file=authority.file, cert_file=wrong.cert, key_file=wrong.key)
        fails(agent, collector, r"(?i)client certificate")
        agent.stop()
        without = agent_for(tmp_path / "b", collector, ca_file=authority.file)
        fails(without, collector, r"(?i)client certificate")
        without.stop()


def test_plain_http_on_the_port(tmp_path, authority):
    with FaultCollector() as collector:
        agent = agent_for(tmp_path, collector, url=collector.url.replace("http:", "https:"), ca_file=authority.file)
        fails(agent, collector, r"(?i)plain http|not TLS|no TLS|without TLS")
        agent.stop()


def test_a_renewed_client_certificate_is_used_without_a_restart(tmp_path, authority, stranger):
    cert, key = tmp_path / "agent.crt", tmp_path / "agent.key"
    wrong, right = stranger.issue("agent-old"), authority.issue("agent-new")

    def install(pair):
        cert.write_bytes(pair.cert.read_bytes())
        key.write_bytes(pair.key.read_bytes())
    install(wrong)
    with FaultCollector(tls=server_context(authority.issue("collector"), authority.file)) as collector:
        agent = agent_for(tmp_path / "a", collector, ca_file=authority.file, cert_file=cert, key_file=key)
        fails(agent, collector, r"(?i)client certificate")
        install(right)
        agent.wait_delivered()
        agent.stop()


def test_bearer_token_from_a_file(tmp_path, collector):
    token = tmp_path / "token"
    token.write_text("first-token\n")
    agent = Agent(tmp_path / "a", [destination("jaeger", collector.url, auth={"bearer_token_file": str(token)})]).start()
    agent.send_and_see("ord1 span T-1 step=load us=5")
    agent.wait_delivered()
    token.write_text("second-token\n")
    for n in range(2, 100):
        agent.send_and_see(f"ord1 span T-{n} step=load us=5")
        agent.wait_delivered()
        if collector.requests[-1].headers["authorization"] == "Bearer second-token":
            break
    assert {r.headers["authorization"] for r in collector.requests} == {"Bearer first-token", "Bearer second-token"}
    assert "token" not in agent.get("/status")[1] and "first-token" not in agent.log
    agent.stop()
