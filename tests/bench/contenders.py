"""The programs that are compared, each started, measured and ended by process id.

What is measured runs on CPU 0, everything else (sender, collector) on CPU 1. Nothing here parses what a contender
prints: CPU time, memory and lost datagrams are the kernel's own figures.
"""

import http.server
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request

MEASURED_CPU, OTHER_CPU = 0, 1
DEFAULT_BUFFER = 212_992  # net.core.rmem_default: 256 small datagrams


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds:g} s in vain: {what}")
        time.sleep(0.02)


def scraped(url, name):
    """The sum over all labels of a metric in Prometheus text format."""
    text = urllib.request.urlopen(url, timeout=10).read().decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
               if line.split("{")[0].split(" ")[0] == name)


def udp_row(port):
    for line in pathlib.Path("/proc/net/udp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].split(":")[1], 16) == port:
            return fields
    return None


class Program:
    """One running process with, if it has one, the UDP port it listens on."""

    kind = "line"  # what the sender sends to it

    def __init__(self, command, cpu, port=None, log=None, env=None):
        self.port = port
        output = open(log, "ab") if log else subprocess.DEVNULL
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env={**os.environ, **(env or {})}, preexec_fn=lambda: os.sched_setaffinity(0, {cpu}))
        if port:
            wait_for(f"{command[0]} binds UDP {port}", lambda: self.alive() and udp_row(port))

    def alive(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.process.args[0]} ended with {self.process.returncode}")
        return True

    def cpu_ns(self):
        # The process's CPU clock (clock_getcpuclockid): utime + stime of all its threads, in nanoseconds.
        return time.clock_gettime_ns((~self.process.pid << 3) | 2)

    def status(self, key):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
        raise KeyError(key)

    def rss_mib(self):
        return self.status("VmRSS") / 1024

    def wakeups(self):
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task")
        return sum(int(line.split()[1]) for task in tasks.iterdir()
                   for line in (task / "status").read_text().splitlines() if "ctxt_switches" in line)

    def drops(self):
        return int(udp_row(self.port)[-1])

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class BareSink(Program):
    def __init__(self, tools, buffer=DEFAULT_BUFFER):
        port = free_port(socket.SOCK_DGRAM)
        super().__init__([tools / "bare_sink", port, buffer], MEASURED_CPU, port)


class SpanSink(Program):
    def __init__(self, tools, port=None):
        self.http_port = port or free_port()
        super().__init__([tools / "span_sink", self.http_port], OTHER_CPU)
        wait_for("the span sink listens", self.answers)

    def answers(self):
        with socket.socket() as probe:
            return self.alive() and probe.connect_ex(("127.0.0.1", self.http_port)) == 0


class Agent(Program):
    """ordertrace-agent: journal on disk, one destination."""

    @staticmethod
    def prepare(work, url, buffer=DEFAULT_BUFFER, more=None, settings=None):
        """Writes a configuration; gives the command's arguments, the UDP port and the admin address."""
        work.mkdir(parents=True)
        port, admin = free_port(socket.SOCK_DGRAM), free_port()
        whole = {
            "version": 1, "system": "mes", "namespace": "shop",
            # The kernel books twice what is asked for.
            "listen": [{"udp": f"127.0.0.1:{port}", "receive_buffer": buffer // 2}],
            "journal": {"directory": str(work / "journal")},
            "export": [{"name": "jaeger", "url": [url], **(more or {})}],
            "admin": {"listen": f"127.0.0.1:{admin}"}, "log": {"level": "warning"}, **(settings or {})}
        (work / "journal").mkdir()
        (work / "agent.yaml").write_text(json.dumps(whole))  # JSON is YAML
        return ["--config", work / "agent.yaml"], port, f"http://127.0.0.1:{admin}"

    def __init__(self, binary, work, url, buffer=DEFAULT_BUFFER, more=None, settings=None):
        arguments, port, self.admin = self.prepare(work, url, buffer, more, settings)
        super().__init__([binary, *arguments], MEASURED_CPU, port, work / "log")
        wait_for("the agent is ready", self.is_ready)

    def is_ready(self):
        self.alive()
        try:
            return urllib.request.urlopen(self.admin + "/readyz", timeout=5).status == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def metric(self, name):
        return scraped(self.admin + "/metrics", name)

    def delivered(self):
        return self.metric("ordertrace_spans_delivered_total")

    def wait_delivered(self, seconds=60.0):
        wait_for("all is delivered", lambda: self.metric("ordertrace_spans_pending") == 0, seconds)


class JaegerAgent(Program):
    """jaeger-agent 1.62; its collector is an OTel Collector that drops what it takes."""

    kind = "thrift"

    def __init__(self, tools, work):
        work.mkdir(parents=True)
        grpc, port, admin = free_port(), free_port(socket.SOCK_DGRAM), free_port()
        self.metrics = f"http://127.0.0.1:{admin}/metrics"
        config = {"receivers": {"jaeger": {"protocols": {"grpc": {"endpoint": f"127.0.0.1:{grpc}"}}}},
                  "exporters": {"nop": {}},
                  "service": {"telemetry": {"metrics": {"level": "none"}},
                              "pipelines": {"traces": {"receivers": ["jaeger"], "exporters": ["nop"]}}}}
        (work / "collector.yaml").write_text(json.dumps(config))
        self.collector = Program([tools / "otelcol", "--config", work / "collector.yaml"], OTHER_CPU, log=work / "log")
        super().__init__(
            [tools / "jaeger-agent", f"--reporter.grpc.host-port=127.0.0.1:{grpc}",
             f"--processor.jaeger-compact.server-host-port=127.0.0.1:{port}",
             f"--processor.jaeger-binary.server-host-port=127.0.0.1:{free_port(socket.SOCK_DGRAM)}",
             f"--processor.zipkin-compact.server-host-port=127.0.0.1:{free_port(socket.SOCK_DGRAM)}",
             f"--http-server.host-port=127.0.0.1:{free_port()}", f"--admin.http.host-port=127.0.0.1:{admin}"],
            MEASURED_CPU, port, work / "log")
        time.sleep(2)  # it connects to its collector in its own time and has no answer that says so

    def delivered(self):
        return scraped(self.metrics, "jaeger_agent_reporter_spans_submitted_total")

    def stop(self):
        super().stop()
        self.collector.stop()


class OtelCollector(Program):
    """OpenTelemetry Collector: compact Thrift in, batches of OTLP out to the same sink."""

    kind = "thrift"

    def __init__(self, tools, work, sink_port):
        work.mkdir(parents=True)
        port, metrics = free_port(socket.SOCK_DGRAM), free_port()
        self.metrics = f"http://127.0.0.1:{metrics}/metrics"
        reader = {"pull": {"exporter": {"prometheus": {"host": "127.0.0.1", "port": metrics}}}}
        otlp = {"endpoint": f"http://127.0.0.1:{sink_port}", "compression": "none"}
        config = {"receivers": {"jaeger": {"protocols": {"thrift_compact": {"endpoint": f"127.0.0.1:{port}"}}}},
                  "processors": {"batch": {}}, "exporters": {"otlphttp": otlp},
                  "service": {"telemetry": {"metrics": {"level": "basic", "readers": [reader]}},
                              "pipelines": {"traces": {"receivers": ["jaeger"], "processors": ["batch"],
                                                       "exporters": ["otlphttp"]}}}}
        (work / "config.yaml").write_text(json.dumps(config))
        super().__init__([tools / "otelcol", "--config", work / "config.yaml"], MEASURED_CPU, port, work / "log")

    def delivered(self):
        text = urllib.request.urlopen(self.metrics, timeout=10).read().decode()
        name = "otelcol_exporter_sent_spans"
        return scraped(self.metrics, name + "_total" if name + "_total" in text else name)


class TlsSink:
    """Takes batches by https with a certificate of its own making; slow, for memory figures only."""

    def __init__(self, work):
        work.mkdir(parents=True)
        self.certificate = work / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(work / "key.pem"),
             "-out", str(self.certificate)], check=True, stderr=subprocess.DEVNULL)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, work / "key.pem")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_port}/api/traces"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
