"""Spans as Jaeger writes them into its ClickHouse table: one JSON row a span. What Jaeger takes out of the tags (kind,
error, the description of the status) becomes columns."""

import json

_COLUMN = {"STRING": "str", "LONG": "int", "BOOL": "bool", "DOUBLE": "double"}
_TAKEN_OUT = {"span.kind", "error", "otel.status_description"}


def _attributes(prefix, tags):
    """By type, as two lists each."""
    row = {}
    for kind, column in _COLUMN.items():
        chosen = {key: value for key, (its_kind, value) in tags.items() if its_kind == kind and key not in _TAKEN_OUT}
        row[f"{prefix}{column}_attributes.key"] = list(chosen)
        row[f"{prefix}{column}_attributes.value"] = list(chosen.values())
    return row


def _inner(prefix, attributes):
    """The attributes of each event or link: text only, as this product writes them."""
    empty = {f"{prefix}{column}_attributes": [[] for _ in attributes] for column in ("bool", "double", "int", "complex")}
    texts = [[{"key": key, "value": str(value)} for key, (_, value) in tags.items()] for tags in attributes]
    return empty | {f"{prefix}str_attributes": texts}


def row_of(span):
    """Of a wire.Span. A reference into the span's own trace becomes its parent, and stays a link."""
    failed = span.value("error") is True
    inside = [reference.span_id for reference in span.references if reference.trace_id == span.trace_id]
    return json.dumps({
        "id": span.span_id, "trace_id": span.trace_id, "name": span.name,
        "parent_span_id": span.parent_id or "".join(inside[:1]),
        "kind": span.value("span.kind") or "internal", "start_time": f"{span.start / 1e6:.6f}",
        "status_code": "Error" if failed else "Unset", "status_message": span.value("otel.status_description") or "",
        "duration": span.duration * 1000, "service_name": span.service,
        "events.name": [fields["event"][1] for _, fields in span.logs],
        "events.timestamp": [f"{time / 1e6:.6f}" for time, _ in span.logs],
        "links.trace_id": [reference.trace_id for reference in span.references],
        "links.span_id": [reference.span_id for reference in span.references],
        "links.trace_state": ["" for _ in span.references],
        **_inner("events.", [fields for _, fields in span.logs]), **_inner("links.", [{} for _ in span.references]),
        **_attributes("", span.tags), **_attributes("resource_", span.process_tags)}, ensure_ascii=False)


def insert(engine, spans):
    """`engine` is a clickhouse.Clickhouse."""
    engine.run("INSERT INTO spans FORMAT JSONEachRow\n" + "\n".join(row_of(span) for span in spans))
