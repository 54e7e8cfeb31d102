"""Sends COUNT span lines to a UDP port of this host, paced at RATE a second (0: as fast as it goes), each about an
order of its own, numbered from FIRST. Prints how many it sent; on SIGTERM it stops early. A receiver that is away is no error."""

import signal
import socket
import sys
import time

port, rate, count, first = (int(word) for word in sys.argv[1:5])
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
address = ("127.0.0.1", port)
begin = time.monotonic()
sent = 0
while sent < count and not stopping:
    due = count if rate == 0 else min(count, int((time.monotonic() - begin) * rate) + 1)
    while sent < due:
        out.sendto(b"ord1 span L-%d step=load us=5" % (first + sent), address)
        sent += 1
        if stopping:
            break
    if rate:
        time.sleep(0.002)
print(sent)
