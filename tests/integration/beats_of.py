"""Beats as an agent would have sent them: a line of a story becomes a span in a Thrift batch (protocol.md, section 4).

    mes -60m..-5m seen=-20m lines=12 lost=3 restarted=mes-1@-10m

says that an agent of the MES covered the time from an hour to five minutes ago, heard the MES last 20 minutes ago,
got 12 `beat` lines of it, lost 3 events, and saw its instance mes-1 restart ten minutes ago."""

from datetime import datetime, timezone

import ids
import wire

HOST = "host-of-the-story"
_COUNTS = {"received": "agent.received", "lost": "agent.lost", "missing": "agent.missing", "rejected": "agent.rejected",
           "dropped": "agent.dropped.board", "lines": "system.beats"}


def _tag(key, value):
    kinds = {int: (wire.LONG, "vLong"), str: (wire.STRING, "vStr"), bool: (wire.BOOL, "vBool")}
    kind, name = kinds[type(value)]
    return wire.types.Tag(key=key, vType=kind, **{name: value})


def _signed(text):
    number = int(text, 16)
    return number - (1 << 64) if number >> 63 else number


def _tags(words, moment):
    tags = {"order.record": "beat", "order.namespace": "shop", "span.kind": "internal", **dict.fromkeys(_COUNTS.values(), 0)}
    for word in words:
        key, _, value = word.partition("=")
        if key == "seen":
            tags["system.seen_at"] = moment(value)
        elif key == "restarted":
            instance, _, when = value.partition("@")
            tags["system.restarted"] = f"{instance}={moment(when)}"
        elif key in _COUNTS:
            tags[_COUNTS[key]] = int(value)
        else:
            raise ValueError(f"{word!r}: a beat has seen, restarted, {', '.join(_COUNTS)}")
    if tags["agent.lost"] or tags["agent.missing"]:
        tags |= {"error": True, "order.result": "fail"}
    return tags


def batch_of(line, moment):
    """The body of a POST. `moment` turns a time of the story into microseconds."""
    system, stretch, *words = line.split()
    start, end = (moment(when) for when in stretch.split(".."))
    day = datetime.fromtimestamp(start / 1e6, timezone.utc).date()
    order = f"-/{system}/{HOST}/{day}"
    trace = ids.trace_id("shop", order)
    span = wire.types.Span(
        traceIdLow=_signed(trace[16:]), traceIdHigh=_signed(trace[:16]), parentSpanId=0, flags=1, operationName="beat",
        spanId=_signed(ids.span_id("beat", "shop", order, system, HOST, ids.time_mark(start))), startTime=start,
        duration=end - start, tags=[_tag(key, value) for key, value in _tags(words, moment).items()])
    process = wire.types.Process(serviceName=system, tags=[_tag("host.id", "ordertrace"), _tag("host.name", HOST)])
    return wire.encoded(wire.types.Batch(process=process, spans=[span]))
