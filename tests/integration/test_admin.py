"""The admin endpoints, and every metric name of the contract."""

import http.client
import signal

from answers import Answer
from harness import AGENT, Agent, free_port, run, wait_for

METRICS = """
ordertrace_datagrams_received_total ordertrace_datagrams_lost_in_kernel_total ordertrace_events_received_total
ordertrace_events_accepted_total ordertrace_events_rejected_total ordertrace_events_became_total ordertrace_spans_own_total
ordertrace_spans_recorded_total ordertrace_spans_delivered_total ordertrace_spans_pending ordertrace_spans_dropped_total
ordertrace_events_missing_total ordertrace_span_id_conflicts_total ordertrace_journal_bytes ordertrace_journal_limit_bytes
ordertrace_journal_in_memory ordertrace_open_steps ordertrace_open_step_oldest_seconds ordertrace_step_duration_seconds
ordertrace_export_requests_total ordertrace_export_request_seconds ordertrace_collector_up
ordertrace_tls_certificate_expiry_timestamp_seconds ordertrace_receive_buffer_bytes ordertrace_system_last_seen_timestamp_seconds
ordertrace_intake_connections ordertrace_intake_refused_total ordertrace_directory_files_total
ordertrace_config_last_reload_successful ordertrace_config_last_reload_timestamp_seconds ordertrace_build_info
process_cpu_seconds_total process_resident_memory_bytes process_virtual_memory_bytes process_open_fds process_max_fds
process_start_time_seconds
""".split()
LABELS = {
    ("ordertrace_events_accepted_total", "verb"): "span start end status sent recv note mark alias beat other",
    ("ordertrace_events_rejected_total", "reason"): "marker version verb order order_long json",
    ("ordertrace_events_became_total", "what"): "span opened attached seen duplicate refused",
    ("ordertrace_spans_own_total", "record"): "started overdue abandoned title beat",
    ("ordertrace_spans_dropped_total", "reason"): "journal_full memory_full memory refused corrupt crash before",
    ("ordertrace_spans_delivered_total", "to"): "jaeger", ("ordertrace_spans_pending", "to"): "jaeger",
    ("ordertrace_collector_up", "to"): "jaeger",
}


def request(agent, method, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", agent.admin_port, timeout=5)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer, body


def test_every_metric_is_there(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    metrics = agent.scrape()
    assert set(METRICS) - set(metrics.types) == set()
    for (name, label), values in LABELS.items():
        assert set(metrics.by(name, label)) == set(values.split()), name
    assert {name for name in metrics.types if not name.startswith(("ordertrace_", "process_"))} == set()
    answer, _ = request(agent, "GET", "/metrics")
    assert answer.getheader("Content-Type").startswith("text/plain; version=0.0.4")
    agent.stop()


def test_numbers_of_steps_and_requests(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    agent.send_and_see("ord1 span A1 step=cut ms=500", "ord1 span A2 step=cut dur=2h res=fail", "ord1 status A1 st=CUT",
                       'ord1 start A3 step="pa\\"ck\\\\"')
    agent.wait_delivered()
    metrics = agent.scrape()
    duration = "ordertrace_step_duration_seconds"
    assert metrics.get(f"{duration}_count", step="cut", result="ok") == 1 == metrics.get(f"{duration}_count", step="cut", result="fail")
    buckets = {le: metrics.get(f"{duration}_bucket", step="cut", result="ok", le=le) for le in ("0.1", "1", "10", "28800", "86400", "+Inf")}
    assert buckets == {"0.1": 0, "1": 1, "10": 1, "28800": 1, "86400": 1, "+Inf": 1}
    assert metrics.get(f"{duration}_sum", step="cut", result="fail") == 7200
    assert metrics.get("ordertrace_open_steps") == 1
    assert list(metrics.by("ordertrace_open_step_oldest_seconds", "step")) == ['pa"ck\\']
    assert metrics.get("ordertrace_export_requests_total", to="jaeger", outcome="202") == len(collector.requests)
    assert metrics.get("ordertrace_export_request_seconds_count", to="jaeger") == len(collector.requests)
    assert metrics.get("ordertrace_collector_up", to="jaeger") == 1
    assert set(metrics.by("ordertrace_system_last_seen_timestamp_seconds", "system")) == {"mes"}
    assert 0 < metrics.get("process_resident_memory_bytes") == metrics.get("process_resident_memory_bytes") // 4096 * 4096
    agent.stop()


def test_endpoints(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    for path in ("/healthz", "/readyz", "/metrics", "/status"):
        assert request(agent, "GET", path)[0].status == 200
        assert request(agent, "HEAD", path)[1] == ""
    assert request(agent, "GET", "/nothing")[0].status == 404
    answer, _ = request(agent, "POST", "/metrics")
    assert answer.status == 405 and "GET" in answer.getheader("Allow")
    status = agent.status()
    assert status["system"] == "mes" and {"balance", "open_steps", "destinations", "journal", "rejects"} <= set(status)
    assert run(AGENT, "health", "--admin", f"http://127.0.0.1:{agent.admin_port}").returncode == 0
    agent.stop()
    away = run(AGENT, "health", "--admin", f"http://127.0.0.1:{free_port()}")
    assert away.returncode == 1 and len(away.stderr.strip().splitlines()) == 1, away


def test_rejects_are_shown_harmlessly(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    agent.send_and_see(b'rubbish \x1b[31m<script>"\xff\x00 end')
    for n in range(150):
        agent.send(f"wrong {n}")
    agent.wait_metric("ordertrace_events_rejected_total", 151)
    body = agent.get("/status")[1]
    assert "\x1b" not in body
    shown = agent.status()["rejects"]
    assert len(shown) == 100 and shown[-1]["text"] == "wrong 149" and shown[-1]["from"].startswith("127.0.0.1:")
    agent.stop()


def test_not_ready_while_draining_but_alive(tmp_path, collector):
    collector.answer = Answer(hang=True)
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    agent.send_and_see("ord1 span A1 step=load us=5")
    wait_for("the collector has it in hand", lambda: collector.taken == 1)
    agent.send_signal(signal.SIGTERM)
    wait_for("it drains", lambda: agent.get("/readyz")[0] == 503)
    assert agent.get("/healthz")[0] == 200
    agent.scrape()
    collector.answer = Answer(status=202)
    agent.wait()
    assert agent.last_balance().recorded == 1
