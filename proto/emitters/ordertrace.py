"""Reports an order's steps to the ordertrace agent on this host, by UDP. Paste what stands above the demo.
It never blocks and never raises; with no agent there the line goes nowhere."""

import os
import socket

_SOCKET = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
_SOCKET.setblocking(False)
_PORT = os.environ.get("ORDERTRACE_PORT", "4747")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def _quoted(value):
    return '"' + str(value).translate(_ESCAPES) + '"'


def ordertrace(verb, order, note="", **keys):
    """ordertrace("end", "10042", "price service timeout", step="push_to_crm", res="fail")"""
    try:
        line = f"ord1 {verb} {_quoted(order)}"
        line += "".join(f" {key}={_quoted(value)}" for key, value in keys.items())
        if note:
            line += " :" + " ".join(str(note).splitlines())  # one event stays one line
        whole = line.encode(errors="replace")[:8192].decode(errors="ignore")  # no half character at the end
        _SOCKET.sendto(whole.encode(), ("127.0.0.1", int(_PORT)))
    except Exception:  # whatever it is: tracing must not be the service's trouble
        pass


# demo

if __name__ == "__main__":
    import time

    slowest = 0.0

    def timed(*words, **keys):
        global slowest
        begin = time.perf_counter()
        ordertrace(*words, **keys)
        slowest = max(slowest, time.perf_counter() - begin)

    timed("start", "ЗК-77", step="calc_price", id="op-7")
    timed("end", "ЗК-77", step="calc_price", id="op-7", _material='дуб "A" C:\\new')
    timed("span", "10042", "on the way\nord1 status 10043 st=STOLEN", step="push to crm", ms=250, **{"try": 3}, of=3,
          res="fail", err='said "no"\nC:\\temp')
    timed("status", "ЗК-77", 'принято "как есть"', st="РАСПИЛ")
    timed("note", "ЗК-77", "слово " * 10000)
    print(f"slowest call: {slowest * 1e3:.3f} ms")
