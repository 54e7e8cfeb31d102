"""A real Jaeger (built from tests/jaeger by Go, once) with memory storage, and what its query API v3 shows."""

import base64
import hashlib
import http.client
import json
import os
import shutil
import subprocess
from pathlib import Path

from harness import SOURCE, free_port, start_process, wait_for

MODULE = SOURCE / "tests/jaeger"
_KINDS = {1: "internal", 2: "server", 3: "client", 4: "producer", 5: "consumer"}
_STATUS = {0: "unset", 1: "ok", 2: "error"}


def _go():
    return shutil.which("go") or ("/usr/local/go/bin/go" if Path("/usr/local/go/bin/go").exists() else None)


def why_not():
    """Why there can be no Jaeger here; empty if there can."""
    if os.environ.get("ORDERTRACE_JAEGER") or _built().exists() or _go():
        return ""
    return "NO REAL JAEGER: there is no Go to build it with; install Go 1.26 or set ORDERTRACE_JAEGER to a jaeger binary"


def _built():
    cache = Path(os.environ.get("ORDERTRACE_CACHE", SOURCE / "tests/.cache"))
    content = (MODULE / "go.mod").read_bytes() + (MODULE / "go.sum").read_bytes()
    return cache / f"jaeger-{hashlib.sha256(content).hexdigest()[:16]}"


def program():
    """The binary; building it takes some minutes the first time."""
    given = os.environ.get("ORDERTRACE_JAEGER")
    if given:
        return Path(given)
    built = _built()
    if not built.exists():
        built.parent.mkdir(parents=True, exist_ok=True)
        half = built.with_suffix(".new")
        subprocess.run([_go(), "build", "-o", str(half), "github.com/jaegertracing/jaeger/cmd/jaeger"], cwd=MODULE, check=True)
        half.rename(built)
    return built


class Jaeger:
    def __init__(self, directory, tls=None, basic=None, base_path=""):
        """`tls`: cert, key and client_ca paths; `basic`: user and password; `base_path`: before every page's, as /jaeger."""
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._tls, self._basic, self._base_path = tls, basic, base_path
        self.intake_port, self.query_port = free_port(), free_port()
        self.process = None

    @property
    def url(self):
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.intake_port}/api/traces"

    def _config(self):
        intake = {"endpoint": f"127.0.0.1:{self.intake_port}", "keep_alives_enabled": True,
                  "read_header_timeout": "10s", "read_timeout": "30s", "idle_timeout": "90s"}
        extensions = {"jaeger_storage": {"backends": {"mem": {"memory": {"max_traces": 100000}}}},
                      "jaeger_query": {"storage": {"traces": "mem"}, **({"base_path": self._base_path} if self._base_path else {}),
                                       "http": {"endpoint": f"127.0.0.1:{self.query_port}"},
                                       "grpc": {"endpoint": f"127.0.0.1:{free_port()}"}}}
        if self._tls:
            intake["tls"] = {"cert_file": str(self._tls["cert"]), "key_file": str(self._tls["key"]), "client_ca_file": str(self._tls["client_ca"])}
        if self._basic:
            user, password = self._basic
            digest = base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()
            extensions["basicauth/server"] = {"htpasswd": {"inline": f"{user}:{{SHA}}{digest}"}}
            intake["auth"] = {"authenticator": "basicauth/server"}
        return {"extensions": extensions, "receivers": {"jaeger": {"protocols": {"thrift_http": intake}}},
                "exporters": {"jaeger_storage_exporter": {"trace_storage": "mem"}},
                "service": {"extensions": list(extensions),
                            "telemetry": {"metrics": {"level": "none"}},
                            "pipelines": {"traces": {"receivers": ["jaeger"], "processors": [], "exporters": ["jaeger_storage_exporter"]}}}}

    def start(self):
        config = self.directory / "jaeger.json"
        config.write_text(json.dumps(self._config(), indent=1))
        self._log = self.directory / "jaeger.log"
        with self._log.open("ab") as log:
            self.process = start_process([program(), "--config", config], stdout=log, stderr=log,
                                         env={**os.environ, "OTEL_TRACES_SAMPLER": "always_off"})
        wait_for(lambda: f"Jaeger answers:\n{self._log.read_text()}", self._answers, 60)
        return self

    def _answers(self):
        assert self.process.poll() is None, self._log.read_text()
        try:
            return self._get("/api/v3/services")[0] == 200
        except OSError:
            return False

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def _get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.query_port, timeout=10)
        try:
            connection.request("GET", self._base_path + path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def trace(self, trace_id):
        """The spans of a trace, as dicts; empty if there is none. Read a trace only once: reading piles up warnings."""
        status, body = self._get(f"/api/v3/traces/{trace_id}")
        if status == 404:
            return []
        assert status == 200, body
        return [_readable(span, group["resource"]) for group in json.loads(body)["result"]["resourceSpans"]
                for scope in group.get("scopeSpans", []) for span in scope.get("spans", [])]


def _value(value):
    (kind, content), = value.items()
    if kind == "intValue":
        return "LONG", int(content)
    return {"stringValue": "STRING", "boolValue": "BOOL", "doubleValue": "DOUBLE", "arrayValue": "ARRAY"}[kind], content


def _tags(attributes):
    return {a["key"]: _value(a["value"]) for a in attributes or []}


def _readable(span, resource):
    process = _tags(resource.get("attributes"))
    status = span.get("status") or {}
    kind = span.get("kind", 0)
    tags = _tags(span.get("attributes"))
    return {
        "service": process.pop("service.name")[1], "process_tags": process,
        "trace_id": span["traceId"], "span_id": span.get("spanId", ""), "parent_id": span.get("parentSpanId", ""),
        "name": span["name"], "kind": _KINDS.get(kind, "unspecified"),
        "start": int(span["startTimeUnixNano"]) // 1000, "end": int(span["endTimeUnixNano"]) // 1000,
        "tags": {key: value for key, value in tags.items() if not key.startswith("@jaeger@")},
        "status": _STATUS[status.get("code", 0)], "status_message": status.get("message", ""),
        "links": [(link["traceId"], link["spanId"]) for link in span.get("links", [])],
        "events": [(int(e["timeUnixNano"]) // 1000, e.get("name", ""), _tags(e.get("attributes"))) for e in span.get("events", [])],
        "warnings": [value for key, value in tags.items() if key.startswith("@jaeger@")],
    }
