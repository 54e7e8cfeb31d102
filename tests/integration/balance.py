"""Prometheus text and the last log line, read strictly; and the four identities of the balance."""

import re
from collections import defaultdict
from dataclasses import dataclass

_SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)$')
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)')


def _unescape(text):
    return re.sub(r"\\(.)", lambda m: "\n" if m.group(1) == "n" else m.group(1), text)


class Metrics:
    def __init__(self, text):
        self.text = text
        self.samples = {}
        self.types = {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                assert name not in self.types, f"{name} has two TYPE lines"
                self.types[name] = kind
            elif line and not line.startswith("#"):
                self._read_sample(line)

    def _read_sample(self, line):
        match = _SAMPLE.match(line)
        assert match, f"unreadable sample: {line}"
        labels = match.group(2) or ""
        found = _LABEL.findall(labels)
        assert "".join(_LABEL.sub("", labels)) == "", f"unreadable labels: {line}"
        # Prometheus reads a bound as a number: `inf` and `+Inf` are one bucket.
        key = (match.group(1), frozenset((name, str(float(value)) if name == "le" else _unescape(value)) for name, value in found))
        assert key not in self.samples, f"the sample is there twice: {line}"
        self.samples[key] = float(match.group(3))

    def _matching(self, name, labels):
        wanted = set((k, str(float(v)) if k == "le" else str(v)) for k, v in labels.items())
        return {key: value for key, value in self.samples.items() if key[0] == name and wanted <= key[1]}

    def sum(self, name, **labels):
        return sum(self._matching(name, labels).values())

    def get(self, name, **labels):
        """The one sample with these labels; a missing one is an error."""
        found = self._matching(name, labels)
        assert len(found) == 1, f"{name}{labels}: {found}"
        return next(iter(found.values()))

    def by(self, name, label):
        result = defaultdict(float)
        for (found, labels), value in self.samples.items():
            if found == name:
                result[dict(labels)[label]] += value
        return dict(result)

    def names(self):
        """Of families: without the endings of histograms."""
        result = set()
        for name, _ in self.samples:
            base = re.sub(r"_(bucket|sum|count)$", "", name)
            result.add(base if self.types.get(base) == "histogram" else name)
        return result

    def check_balance(self):
        check_identities(
            received=self.get("ordertrace_events_received_total"),
            accepted=self.sum("ordertrace_events_accepted_total"),
            rejected=self.sum("ordertrace_events_rejected_total"),
            became=self.by("ordertrace_events_became_total", "what"),
            own=self.sum("ordertrace_spans_own_total"),
            recorded=self.get("ordertrace_spans_recorded_total"),
            destinations={to: (delivered, self.get("ordertrace_spans_pending", to=to), self.sum("ordertrace_spans_dropped_total", to=to))
                          for to, delivered in self.by("ordertrace_spans_delivered_total", "to").items()})
        return self

    @property
    def received(self):
        return self.get("ordertrace_events_received_total")

    @property
    def lost_in_kernel(self):
        return self.get("ordertrace_datagrams_lost_in_kernel_total")

    def dropped(self, to):
        return self.sum("ordertrace_spans_dropped_total", to=to)


def check_identities(received, accepted, rejected, became, own, recorded, destinations):
    assert received == accepted + rejected, f"received {received} = accepted {accepted} + rejected {rejected}"
    assert accepted == sum(became.values()), f"accepted {accepted} = became {became}"
    assert recorded == became["span"] + own, f"recorded {recorded} = became span {became['span']} + own {own}"
    assert destinations, "there is no destination"
    for name, (delivered, pending, dropped) in destinations.items():
        assert min(delivered, pending, dropped) >= 0, (name, delivered, pending, dropped)
        assert recorded == delivered + pending + dropped, \
            f"{name}: recorded {recorded} = delivered {delivered} + pending {pending} + dropped {dropped}"


_PARTS = r"(\d+)(?: \(([^)]*)\))?"
_LAST_LINE = re.compile(rf"balance: received (\d+) = accepted {_PARTS} \+ rejected {_PARTS}; accepted (\d+) = became {_PARTS}; "
                        rf"recorded (\d+) = became span (\d+) \+ own {_PARTS}; (.*); datagrams (\d+), lost in kernel (\d+); missing (\d+)")
_DESTINATION = re.compile(rf"to (\S+): recorded (\d+) = delivered (\d+) \+ pending (\d+) \+ dropped {_PARTS}")


@dataclass(frozen=True)
class LastBalance:
    received: int
    accepted: dict
    rejected: dict
    became: dict
    own: dict
    recorded: int
    destinations: dict
    datagrams: int
    lost_in_kernel: int
    missing: int

    def dropped(self, to):
        return sum(self.destinations[to]["dropped"].values())


def _parts(total, text):
    """`(span 5, end 2)`; what is zero is left out there."""
    found = {name: int(count) for name, count in (part.rsplit(" ", 1) for part in (text or "").split(", ") if part)}
    assert sum(found.values()) == int(total), f"{total} is not the sum of {found}"
    return defaultdict(int, found)


def balance_of_last_line(line):
    """The whole line is read, and must add up."""
    match = _LAST_LINE.search(line)
    assert match, f"no balance in the last line: {line}"
    g = match.groups()
    destinations = {}
    for name, recorded, delivered, pending, total, reasons in _DESTINATION.findall(g[12]):
        assert recorded == g[8], line
        destinations[name] = {"delivered": int(delivered), "pending": int(pending), "dropped": _parts(total, reasons)}
    result = LastBalance(int(g[0]), _parts(g[1], g[2]), _parts(g[3], g[4]), _parts(g[6], g[7]), _parts(g[10], g[11]), int(g[8]),
                         destinations, *map(int, g[13:]))
    assert int(g[5]) == int(g[1]) and int(g[9]) == result.became["span"], line
    check_identities(result.received, int(g[1]), int(g[3]), result.became, int(g[10]), result.recorded,
                     {name: (d["delivered"], d["pending"], result.dropped(name)) for name, d in destinations.items()})
    return result
