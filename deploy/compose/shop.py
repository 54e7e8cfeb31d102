#!/usr/bin/env python3
"""A small sample shop: the same program is the online shop, the CRM or the MES. They tell each other of an order's
statuses by HTTP, and each says what it does to the agent beside it, one line of text a fact. What a system does not take
is offered again until it does; it waits in memory, and is gone with the process.

    shop.py online-shop|crm|mes

Environment: LISTEN (address:port of its HTTP server), EVENTS (address:port of its agent, UDP), PEERS (name=URL of the
others, separated by blanks), PACE (seconds between new orders, of the online shop), LOSE (every how many orders the MES
forgets to send the price; 0: never).
"""

import collections
import http.client
import http.server
import itertools
import json
import os
import queue
import random
import signal
import socket
import sys
import threading
import time
import urllib.request

SYSTEM = sys.argv[1] if len(sys.argv) > 1 else ""
PACE = float(os.environ.get("PACE", "20"))
LOSE = int(os.environ.get("LOSE", "10"))
PEERS = dict(word.split("=", 1) for word in os.environ.get("PEERS", "").split())
WORKERS = 24
LONGEST_PAUSE = 10  # seconds

heard_of = queue.Queue()  # (order, status) that wait for a worker
# (order, status) that each of the others is to know. While 200 wait the online shop makes no order, which bounds them all.
untold = {peer: queue.Queue(200 if SYSTEM == "online-shop" else 0) for peer in PEERS}
taken, taken_lock = collections.deque(maxlen=1000), threading.Lock()  # messages: what was taken may be offered again


def address(variable, default):
    host, _, port = os.environ.get(variable, default).rpartition(":")
    return host, int(port)


def say(line):
    """To the agent. Whether it is there or not, the service goes on."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto(f"ord1 {line}".encode(), address("EVENTS", "127.0.0.1:4747"))
    except OSError:
        pass


def work(order, step, seconds):
    say(f"start {order} step={step}")
    time.sleep(random.uniform(0.5, 1.5) * seconds)
    say(f"end {order} step={step}")


def reach(order, status, *systems):
    """The order has this status here; the other systems are to know."""
    say(f"status {order} st={status}")
    for system in systems:
        untold[system].put((order, status))


def tell_all(system):
    """One after another, in order."""
    while True:
        tell(system, *untold[system].get())
        untold[system].task_done()


def tell(system, order, status):
    """Tries until the system takes it. A step of its own only if that took more than one attempt."""
    message = f"{order}-{status}-{system}"
    request = urllib.request.Request(f"{PEERS[system]}/orders/{order}", method="POST",
                                     data=json.dumps({"status": status, "from": SYSTEM, "msg": message}).encode())
    pause = 0.5
    for attempt in itertools.count(1):
        try:
            urllib.request.urlopen(request, timeout=5).close()
            break
        except (OSError, http.client.HTTPException) as error:
            say(f"span {order} step=tell_{system} try={attempt} dur=1ms res=fail :{error}")
        time.sleep(random.uniform(0.5, 1) * pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    if attempt > 1:
        say(f"span {order} step=tell_{system} try={attempt} dur=1ms")
    say(f"sent {order} to={system} via=http msg={message} st={status}")


def is_new(message):
    with taken_lock:
        if message in taken:
            return False
        taken.append(message)
        return True


def do_what_was_heard():
    while True:
        heard(*heard_of.get())
        heard_of.task_done()


def heard(order, status):
    """What this system does when it hears of a status of another."""
    if (SYSTEM, status) == ("mes", "CREATED"):
        work(order, "calc_price", 0.5)
        forgets = LOSE and int(order.rpartition("-")[2]) % LOSE == 0
        reach(order, "PRICE_CALCULATED", *([] if forgets else ["crm"]))
    elif (SYSTEM, status) == ("crm", "PRICE_CALCULATED"):
        work(order, "approve_manufacturing", 0.3)
        reach(order, "MANUFACTURING_APPROVED", "mes")
    elif (SYSTEM, status) == ("mes", "MANUFACTURING_APPROVED"):
        for step, made in (("cut_panel", "MANUFACTURING_STARTED"), ("assemble", "MANUFACTURING_COMPLETED"), ("pack", "PACKAGING")):
            work(order, step, 1)
            reach(order, made, "crm")
        reach(order, "SHIPPED", "crm", "online-shop")


class Peer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        order = self.path.rpartition("/")[2]
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if is_new(said["msg"]):
            say(f"recv {order} from={said['from']} via=http msg={said['msg']} st={said['status']}")
            say(f"status {order} st={said['status']}")
            heard_of.put((order, said["status"]))
        self.send_response(202)
        self.end_headers()

    def do_GET(self):
        """For health checks."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def create_orders():
    number = int(time.time()) % 1_000_000_000
    while True:
        number += 1
        work(f"S-{number}", "checkout", 0.1)
        reach(f"S-{number}", "CREATED", "crm", "mes")
        time.sleep(PACE)


def main():
    if SYSTEM not in ("online-shop", "crm", "mes"):
        sys.exit("usage: shop.py online-shop|crm|mes")
    jobs = [(tell_all, peer) for peer in PEERS] + [(do_what_was_heard,)] * WORKERS
    if SYSTEM == "online-shop":
        jobs.append((create_orders,))
    for job, *arguments in jobs:
        threading.Thread(target=job, args=arguments, daemon=True).start()
    server = http.server.ThreadingHTTPServer(address("LISTEN", "0.0.0.0:8080"), Peer)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        server.serve_forever()
    finally:  # what was taken is done and told, for as long as the others take it and compose waits
        heard_of.join()
        for waiting in untold.values():
            waiting.join()


if __name__ == "__main__":
    main()
