"""Every record kind of protocol.md section 4: lines to send, and the spans they must become, word for word.
What is expected is written from the protocol alone; ids come from ids.py."""

import socket
from dataclasses import dataclass, field

import ids

NAMESPACE = "shop"
SECOND = 1_000_000
ANYWHERE = -1  # a log's time: somewhere within its span
SETTINGS = {
    "tags": {"deployment.environment": "test"},
    "order": {"origin": True, "origin_status": "CREATED"},
    "steps": {"marker_after": "1s",
              "per_step": {"slow": {"overdue_after": "1s", "give_up_after": "1h"},
                           "never": {"overdue_after": "1s", "give_up_after": "2s"}}},
}
SYSTEMS = ["crm", "online-shop"]


@dataclass
class Expected:
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


def text(value):
    return ("STRING", value)


def number(value):
    return ("LONG", value)


FAILED = {"error": ("BOOL", True)}


def _process(service):
    tags = {"host.id": text("ordertrace")}
    if service != "order":
        tags |= {"host.name": text(socket.gethostname()), "deployment.environment": text("test")}
    return tags


def _span(record, order, name, start, id_name, mark, *, duration=1, service="mes", kind="internal", id_kind=None, parent="", more=(),
          references=(), logs=()):
    tags = {"order.record": text(record), "order.id": text(order), "order.namespace": text(NAMESPACE), "span.kind": text(kind)}
    return Expected(service, _process(service), ids.trace_id(NAMESPACE, order),
                    ids.span_id(id_kind or record, NAMESPACE, order, service, id_name, mark), parent, name, start, duration,
                    {**tags, **dict(more)}, list(references), list(logs))


def _log(time, message, **fields):
    return (time, {"event": text("note"), "message": text(message), **fields})


def steps(now):
    """A whole step, a joined one that failed, one that timed out, an end without a start, one inside a foreign trace."""
    start = now - 5 * SECOND
    lines = [
        f"ord1 span R-1 step=calc_price start={start} dur=250ms inst=mes-2 _weight:f=1.5 _panels:i=7 _rush:b=yes _material=oak _error=ours",
        f"ord1 start R-2 step=push_to_crm t={start} try=3 _queue=first _who=start",
        f"ord1 end R-2 step=push_to_crm t={start + 700_000} try=3 of=3 res=fail code=503 _who=end :price service timeout",
        f'ord1 span R-3 step=cut_panel start={start} end={start + 9} res=timeout err="no answer" :asked twice',
        f"ord1 end R-4 step=cut_panel id=op-7 t={start} rc=0",
        f"ord1 span R-5 step=calc_price t={start} us=20 res=skip tp=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ]
    ok, fail, timeout = ({"order.result": text(r)} for r in ("ok", "fail", "timeout"))
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    spans = {
        "step": _span("step", "R-1", "calc_price", start, "calc_price", ids.step_mark(start), duration=250_000, kind="server",
                      more={**ok, "service.instance.id": text("mes-2"), "weight": ("DOUBLE", 1.5), "panels": number(7),
                            "rush": ("BOOL", True), "material": text("oak"), "ext._error": text("ours")}),
        "step failed": _span("step", "R-2", "push_to_crm", start, "push_to_crm", ids.step_mark(start, "3"), duration=700_000, kind="server",
                             more={**fail, **FAILED, "otel.status_description": text("price service timeout"), "attempt": number(3),
                                   "attempt.max": number(3), "order.code": number(503), "queue": text("first"), "who": text("end")}),
        "step timed out": _span("step", "R-3", "cut_panel", start, "cut_panel", ids.step_mark(start), duration=9, kind="server",
                                more={**timeout, **FAILED, "otel.status_description": text("no answer")},
                                logs=[_log(start + 9, "asked twice")]),
        "step unpaired": _span("step", "R-4", "cut_panel", start, "cut_panel", ids.step_mark(start, "op-7"), kind="server",
                               more={**ok, "order.rc": number(0), "step.id": text("op-7"), "step.unpaired": ("BOOL", True)}),
        "step in a trace": _span("step", "R-5", "calc_price", start - 20, "calc_price", ids.step_mark(start - 20), duration=20, kind="server",
                                 more={"order.result": text("skip"), "traceparent": text(traceparent)},
                                 references=[("FOLLOWS_FROM", traceparent[3:35], traceparent[36:52])]),
    }
    return lines, spans


def moments(now):
    """Statuses and the title, hand-offs, marks, notes, aliases."""
    time = now - 4 * SECOND
    lines = [
        f"ord1 status R-10 st=CREATED t={time} :by phone",
        f"ord1 sent R-11 to=crm via=q.price msg=9f1c st=PRICE_CALCULATED t={time}",
        f"ord1 recv R-11 sys=crm from=mes via=q.price msg=9f1c t={time + 5}",
        f"ord1 sent R-12 to=crm t={time}",
        f'ord1 mark R-13 sys=order step="in PACKAGING" start={time} end={time + SECOND}',
        f'ord1 mark R-14 step=alarm t={time} res=fail err="saw jammed"',
        f"ord1 note R-15 t={time} :a remark that is longer than thirty-two bytes",
        f"ord1 alias R-16 ref=crm:A-77 t={time}",
        f"ord1 frobnicate R-17 t={time} colour=red :what is this",
    ]

    def hand_off(edge, peer, **more):
        tags = {"order.edge": text(edge), "peer.service": text(peer)}
        return {**tags, **{key.replace("__", "."): text(value) for key, value in more.items()}}

    message = {"messaging__destination__name": "q.price", "messaging__message__id": "9f1c"}
    trace = ids.trace_id(NAMESPACE, "R-11")
    sent_id = ids.span_id("sent", NAMESPACE, "R-11", "mes", "crm", "9f1c")
    remark = "a remark that is longer than thirty-two bytes"
    spans = {
        "status": _span("status", "R-10", "status CREATED", time, "CREATED", ids.time_mark(time),
                        more={"order.status": text("CREATED")}, logs=[_log(ANYWHERE, "by phone")]),
        "title": _span("title", "R-10", "order R-10", time - 1, "order", ids.time_mark(time - 1), service="order"),
        "sent": _span("sent", "R-11", "sent to crm", time, "crm", "9f1c", kind="producer",
                      more=hand_off("mes>crm", "crm", order__edge__status="PRICE_CALCULATED", **message)),
        "received": _span("received", "R-11", "received from mes", time + 5, "mes", f"9f1c\n{time + 5}", service="crm", kind="consumer",
                          more=hand_off("mes>crm", "mes", **message), references=[("FOLLOWS_FROM", trace, sent_id)]),
        "sent without a message id": _span("sent", "R-12", "sent to crm", time, "crm", ids.time_mark(time), kind="producer",
                                           more=hand_off("mes>crm", "crm")),
        "mark": _span("mark", "R-13", "in PACKAGING", time, "in PACKAGING", ids.time_mark(time), duration=SECOND, service="order"),
        "mark failed": _span("mark", "R-14", "alarm", time, "alarm", ids.time_mark(time),
                             more={**FAILED, "order.result": text("fail"), "otel.status_description": text("saw jammed")}),
        "note": _span("note", "R-15", "note", time, ids.note_name(remark), ids.time_mark(time), logs=[_log(time, remark)]),
        "alias": _span("alias", "R-16", "alias crm:A-77", time, "crm:A-77", ids.time_mark(time), more={"order.alias": text("crm:A-77")}),
        "unknown verb": _span("note", "R-17", "note", time, "what is this", ids.time_mark(time),
                              more={"event.verb": text("frobnicate"), "ext.colour": text("red")}, logs=[_log(time, "what is this", **{"ext.colour": text("red")})]),
    }
    return lines, spans


def open_steps(now):
    """What happens to steps that do not end: markers, giving up, being superseded, notes on them."""
    lines = [
        f"ord1 start R-20 step=hang t={now} id=op-1 try=2 of=5 inst=mes-2",
        f"ord1 start R-21 step=slow t={now}",
        f"ord1 start R-22 step=never t={now}",
        # In one datagram: these began so long ago that a tick between two lines would tell of a step that runs.
        f"ord1 start R-23 step=redo t={now - 4 * SECOND}\n"
        f"ord1 start R-23 step=redo t={now - 3 * SECOND}\n"
        f"ord1 end R-23 step=redo t={now - 2 * SECOND}",
        f"ord1 start R-24 step=noted t={now - 4 * SECOND}\n"
        f"ord1 note R-24 t={now - 3 * SECOND} _panel=7 :edge is chipped\n"
        f"ord1 end R-24 step=noted t={now - 2 * SECOND} :done all the same",
    ]
    timeout = {**FAILED, "order.result": text("timeout")}

    def step_id(order, step, start, identity=""):
        return ids.span_id("step", NAMESPACE, order, "mes", step, ids.step_mark(start, identity))

    def marker(record, order, step, start, time, identity="", more=()):
        return _span(record, order, f"{step} ({record})", time, step, ids.step_mark(start, identity),
                     parent=step_id(order, step, start, identity), more=more)

    def step(order, name, start, duration, **rest):
        more = {"order.result": text("ok")}
        return _span("step", order, name, start, name, ids.step_mark(start), duration=duration, kind="server", more=more, **rest)

    def abandoned(order, name, start, duration, reason):
        return _span("abandoned", order, name, start, name, ids.step_mark(start), duration=duration, id_kind="step",
                     more={**timeout, "abandoned.reason": text(reason)})

    first = now - 4 * SECOND
    spans = {
        "started": marker("started", "R-20", "hang", now, now, "op-1",
                          {"attempt": number(2), "attempt.max": number(5), "step.id": text("op-1"), "service.instance.id": text("mes-2")}),
        "started before overdue": marker("started", "R-21", "slow", now, now),
        "overdue": marker("overdue", "R-21", "slow", now, now + SECOND, more=timeout),
        "started before abandoned": marker("started", "R-22", "never", now, now),
        "overdue before abandoned": marker("overdue", "R-22", "never", now, now + SECOND, more=timeout),
        "abandoned by limit": abandoned("R-22", "never", now, 2 * SECOND, "limit"),
        "abandoned as superseded": abandoned("R-23", "redo", first, SECOND, "superseded"),
        "step after superseding": step("R-23", "redo", first + SECOND, SECOND),
        "step with notes": step("R-24", "noted", first, 2 * SECOND,
                                logs=[_log(now - 3 * SECOND, "edge is chipped", panel=text("7")),
                                      _log(now - 2 * SECOND, "done all the same")]),
    }
    return lines, spans


def scenario(now):
    """All lines, and the expected spans by a name for the test."""
    parts = [steps(now), moments(now), open_steps(now)]
    return [line for lines, _ in parts for line in lines], {name: span for _, spans in parts for name, span in spans.items()}
