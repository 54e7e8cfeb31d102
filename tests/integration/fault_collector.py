"""A collector that answers on demand: an HTTP/1.1 server of its own on POST /api/traces, one thread a connection.
It remembers every body with its arrival time; bodies are decoded only when a test asks, so that it keeps up with load.
A port stays reserved while the collector is down: connections are refused then, and nobody else can take it."""

import gzip
import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass, field, replace

import wire
from answers import ACCEPT, REASONS, Answer

@dataclass
class Request:
    arrived: float
    connection: int
    method: str
    target: str
    headers: dict
    body: bytes = b""           # as sent, but inflated
    wire_bytes: int = 0
    answer: Answer = None
    peer_certificate: dict = field(default_factory=dict)

    @property
    def delivered(self):
        """Stored: as with a real collector that is decided before the answer is on its way."""
        return self.answer.status == 202 and not self.answer.silent and self.answer.cut_answer_at < 0


class FaultCollector:
    def __init__(self, tls=None, bulk=("load",)):
        self._tls = tls
        self._bulk = set(bulk)      # names of spans of which only ids and arrival times are kept
        self._changed = threading.Condition()
        self._answer = ACCEPT
        self.requests = []          # once it is decided what becomes of them
        self.taken = 0              # requests read as a whole
        self.faults = []            # what no client may ever do; checked when the collector is closed
        self._read_up_to = 0
        self._contents = {}         # key -> bytes of process and span
        self.spans = {}             # key -> wire.Span, delivered, not bulk
        self._bulk_arrivals = {}    # key -> arrival time, delivered
        self._deliveries = 0
        self._connections = {}
        self._next_connection = 0
        self._listener = None
        self._reservation = self._socket(0)
        self.port = self._reservation.getsockname()[1]

    @property
    def url(self):
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/api/traces"

    @staticmethod
    def _socket(port):
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(("127.0.0.1", port))
        return made

    # up and down

    def start(self):
        self._listener = self._socket(self.port)
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()
        return self

    def stop(self):
        """Down, as a killed process: connections are reset, new ones refused."""
        if self._listener:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        with self._changed:
            open_now = list(self._connections.values())
            self._changed.notify_all()
        for connection in open_now:
            _reset(connection)

    def close(self):
        self.stop()
        self._reservation.close()
        self.read_all()
        assert not self.faults, self.faults

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    @property
    def answer(self):
        return self._answer

    @answer.setter
    def answer(self, value):
        """An Answer, or a function of the request."""
        with self._changed:
            self._answer = value
            self._changed.notify_all()

    # what arrived

    def read_all(self):
        """Decodes what came since the last call. Only the test's thread calls it."""
        while self._read_up_to < len(self.requests):
            request = self.requests[self._read_up_to]
            self._read_up_to += 1
            if not request.body:
                continue
            try:
                batch = wire.Batch(request.body)
            except wire.Malformed as fault:
                self.faults.append(str(fault))
                continue
            self._read_batch(request, batch)
        return self

    def _read_batch(self, request, batch):
        for span, span_bytes in zip(batch.spans, batch.span_bytes):
            key = wire.span_key(span)
            content = batch.process_bytes + span_bytes
            if self._contents.setdefault(key, content) != content:
                self.faults.append(f"the span {span.operationName} {wire.readable(batch.process, span, 0).span_id} "
                                   f"came again with other content")
            if not request.delivered:
                continue
            self._deliveries += 1
            if span.operationName in self._bulk:
                self._bulk_arrivals.setdefault(key, request.arrived)
            elif key not in self.spans:
                self.spans[key] = wire.readable(batch.process, span, request.arrived)

    def find(self, **wanted):
        """Delivered spans by name, record, service, trace_id or span_id."""
        self.read_all()
        return [s for s in self.spans.values() if all(getattr(s, k) == v for k, v in wanted.items())]

    def only(self, **wanted):
        found = self.find(**wanted)
        assert len(found) == 1, (wanted, [(s.service, s.name, s.span_id) for s in found])
        return found[0]

    @property
    def bulk_arrivals(self):
        return self.read_all()._bulk_arrivals

    def bulk_count(self):
        return len(self.bulk_arrivals)

    @property
    def deliveries(self):
        """Spans answered 202, redeliveries included."""
        return self.read_all()._deliveries

    # serving

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._changed:
                number = self._next_connection
                self._next_connection += 1
                self._connections[number] = connection
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection, number):
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
                with self._changed:
                    self._connections[number] = connection
            with connection, connection.makefile("rb") as stream:
                if stream.peek(1)[:1] == b"\x16":  # a TLS greeting on a plain port, answered as Go does
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request")
                    return
                while self._serve_one(connection, stream, number):
                    pass
        except (OSError, ssl.SSLError, ValueError, EOFError):
            pass  # the peer or the test ended the connection
        finally:
            with self._changed:
                self._connections.pop(number, None)

    def _serve_one(self, connection, stream, number):
        request = self._read_head(stream, number)
        if request is None:
            return False
        if self._tls:
            request.peer_certificate = connection.getpeercert() or {}
        plan = self._answer
        length = int(request.headers.get("content-length", "0"))
        if isinstance(plan, Answer) and plan.cut_body_at >= 0:
            stream.read(min(length, plan.cut_body_at))
            _reset(connection)
            return False
        raw = stream.read(length)
        if len(raw) < length:
            raise EOFError
        request.wire_bytes = length
        self._check_head(request)
        request.body = gzip.decompress(raw) if request.headers.get("content-encoding") == "gzip" else raw
        request.answer = plan if isinstance(plan, Answer) else plan(request)
        if request.method != "POST":
            request.answer = replace(ACCEPT, status=405)
        self.taken += 1
        return self._reply(connection, request, plan)

    def _read_head(self, stream, number):
        line = stream.readline(8192)
        if not line:
            return None
        method, target, version = line.decode("ascii").split()
        if version != "HTTP/1.1":
            self.faults.append(f"spoke {version}")
        headers = {}
        for header in iter(lambda: stream.readline(8192).strip(), b""):
            key, _, value = header.decode("ascii").partition(":")
            headers[key.strip().lower()] = value.strip()
        return Request(time.monotonic(), number, method, target, headers)

    def _check_head(self, request):
        expected = {"method": "POST", "target": "/api/traces"}
        for what, value in expected.items():
            if getattr(request, what) != value:
                self.faults.append(f"{what} is {getattr(request, what)}")
        if request.headers.get("content-type") != "application/vnd.apache.thrift.binary":
            self.faults.append(f"content type is {request.headers.get('content-type')}")
        if request.headers.get("content-encoding", "gzip") != "gzip":
            self.faults.append(f"content encoding is {request.headers['content-encoding']}")
        if "host" not in request.headers or "content-length" not in request.headers:
            self.faults.append(f"a header is missing: {sorted(request.headers)}")

    def _reply(self, connection, request, plan):
        if request.answer.hang:
            with self._changed:
                self._changed.wait_for(lambda: self._answer is not plan or self._listener is None)
                plan = self._answer
            if self._listener is None:
                request.answer = replace(request.answer, silent=True)
                self.requests.append(request)
                return False
            request.answer = plan if isinstance(plan, Answer) else plan(request)
        answer = request.answer
        if answer.delay:
            time.sleep(answer.delay)
        self.requests.append(request)
        if answer.silent:
            return False
        text = answer.text.encode()
        head = f"HTTP/1.1 {answer.status} {REASONS[answer.status]}\r\nContent-Length: {len(text)}\r\n"
        head += "Connection: close\r\n" if answer.close else ""
        whole = head.encode() + b"\r\n" + text
        if answer.cut_answer_at >= 0:
            connection.sendall(whole[:answer.cut_answer_at])
            return False
        if answer.trickle:
            for byte in whole:
                connection.sendall(bytes([byte]))
                time.sleep(answer.trickle)
        else:
            connection.sendall(whole)
        return not answer.close


def _reset(connection):
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()
    except OSError:
        pass
