"""The ids of protocol.md, computed here once more from its text, so that the agent's can be told wrong."""

import hashlib


def _digest(*parts):
    return hashlib.sha256(b"\n".join(p if isinstance(p, bytes) else str(p).encode() for p in ("ordertrace1", *parts))).hexdigest()


def trace_id(namespace, order):
    return _digest(namespace, order)[:32]


def span_id(kind, namespace, order, system, name, mark):
    return _digest(kind, namespace, order, system, name, mark)[:16]


def step_mark(start, identity=""):
    """Of `step`, `started` and `overdue`: the `id` or else the `try`, and the start in µs."""
    return f"{identity}\n{start}"


def time_mark(time):
    return f"\n{time}"


def note_name(note):
    """The first 32 bytes of a note, at a character boundary."""
    return note.encode()[:32].decode(errors="ignore")
