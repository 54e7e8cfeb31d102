"""Decodes Jaeger Thrift batches, independently of the agent: python3-thrift with code generated
from proto/jaeger.thrift when the tests start. Spans become plain, comparable values."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from thrift.protocol.TBinaryProtocol import TBinaryProtocolAcceleratedFactory
from thrift.TSerialization import deserialize, serialize

SOURCE = Path(__file__).resolve().parents[2]
_PROTOCOL = TBinaryProtocolAcceleratedFactory()


def _generate():
    out = tempfile.TemporaryDirectory(prefix="jaeger-thrift-")
    subprocess.run(["thrift", "--gen", "py:slots", "-out", out.name, str(SOURCE / "proto/jaeger.thrift")], check=True)
    sys.path.insert(0, out.name)
    try:
        import jaeger_thrift.ttypes as types
    finally:
        sys.path.remove(out.name)
    return out, types


_GENERATED, types = _generate()

STRING, DOUBLE, BOOL, LONG, BINARY = (types.TagType._NAMES_TO_VALUES[n] for n in ("STRING", "DOUBLE", "BOOL", "LONG", "BINARY"))
_TYPE_NAMES = {STRING: "STRING", DOUBLE: "DOUBLE", BOOL: "BOOL", LONG: "LONG", BINARY: "BINARY"}
_VALUE_OF = {STRING: "vStr", DOUBLE: "vDouble", BOOL: "vBool", LONG: "vLong", BINARY: "vBinary"}


class Malformed(Exception):
    """The body is no Batch, or not in the encoding that every span has once."""


@dataclass(frozen=True)
class Reference:
    kind: str
    trace_id: str
    span_id: str


@dataclass
class Span:
    """One span as a person would write it down. Tags are (type, value) by key."""

    service: str
    process_tags: dict
    trace_id: str
    span_id: str
    parent_id: str
    name: str
    start: int
    duration: int
    tags: dict
    references: list = field(default_factory=list)
    logs: list = field(default_factory=list)
    arrived: float = 0.0

    def value(self, key):
        return self.tags[key][1] if key in self.tags else None

    @property
    def record(self):
        return self.value("order.record")


def _hex64(number):
    return format(number & 0xFFFFFFFFFFFFFFFF, "016x")


def trace_hex(high, low):
    return _hex64(high) + _hex64(low)


def tags_of(tags):
    """By key; a repeated key is a fault of the agent, for a collector keeps an arbitrary one."""
    result = {}
    for tag in tags or []:
        if tag.key in result:
            raise Malformed(f"the tag {tag.key} is there twice")
        result[tag.key] = (_TYPE_NAMES[tag.vType], getattr(tag, _VALUE_OF[tag.vType]))
    return result


class Batch:
    """A decoded body; its bytes are sure to be the one canonical encoding of what they say."""

    def __init__(self, body):
        try:
            batch = deserialize(types.Batch(), body, _PROTOCOL)
            if batch.process is None or batch.spans is None:
                raise Malformed("process or spans are missing")
            self.process, self.spans = batch.process, batch.spans
            self.process_bytes = serialize(self.process, _PROTOCOL)
            self.span_bytes = [serialize(span, _PROTOCOL) for span in self.spans]
        except Malformed:
            raise
        except Exception as error:  # the library raises whatever it meets in broken bytes
            raise Malformed(f"no Thrift batch: {error!r}") from error
        # Field 1, a struct; field 2, a list of structs and its length; the end.
        head = b"\x0c\0\x01" + self.process_bytes + b"\x0f\0\x02\x0c" + len(self.spans).to_bytes(4, "big")
        if head + b"".join(self.span_bytes) + b"\0" != body:
            raise Malformed("the batch is not in canonical encoding, or has bytes behind its end")


def span_key(span):
    return (span.traceIdHigh, span.traceIdLow, span.spanId)


def readable(process, span, arrived):
    kinds = types.SpanRefType._VALUES_TO_NAMES
    return Span(
        service=process.serviceName,
        process_tags=tags_of(process.tags),
        trace_id=trace_hex(span.traceIdHigh, span.traceIdLow),
        span_id=_hex64(span.spanId),
        parent_id="" if span.parentSpanId == 0 else _hex64(span.parentSpanId),
        name=span.operationName,
        start=span.startTime,
        duration=span.duration,
        tags=tags_of(span.tags),
        references=[Reference(kinds[r.refType], trace_hex(r.traceIdHigh, r.traceIdLow), _hex64(r.spanId))
                    for r in span.references or []],
        logs=[(log.timestamp, tags_of(log.fields)) for log in span.logs or []],
        arrived=arrived,
    )


def encoded(batch):
    """The body of a POST."""
    return serialize(batch, _PROTOCOL)
