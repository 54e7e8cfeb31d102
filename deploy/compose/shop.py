#!/usr/bin/env python3
"""A small sample shop: the same program is the online shop, the CRM or the MES. They tell each other of an order's
statuses by HTTP, and each says what it does to the agent beside it, one line of text a fact.

    shop.py online-shop|crm|mes

Environment: LISTEN (address:port of its HTTP server), EVENTS (address:port of its agent, UDP), PEERS (name=URL of the
others, separated by blanks), PACE (seconds between new orders, of the online shop), LOSE (every how many orders the MES
forgets to send the price; 0: never).
"""

import http.server
import json
import os
import random
import socket
import sys
import threading
import time
import urllib.request

SYSTEM = sys.argv[1] if len(sys.argv) > 1 else ""
PACE = float(os.environ.get("PACE", "20"))
LOSE = int(os.environ.get("LOSE", "10"))
PEERS = dict(word.split("=", 1) for word in os.environ.get("PEERS", "").split())


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
        message = f"{order}-{status}-{system}"
        request = urllib.request.Request(f"{PEERS[system]}/orders/{order}", method="POST",
                                         data=json.dumps({"status": status, "from": SYSTEM, "msg": message}).encode())
        try:
            urllib.request.urlopen(request, timeout=5).close()
            say(f"sent {order} to={system} via=http msg={message} st={status}")
        except OSError as error:
            say(f"span {order} step=tell_{system} dur=1ms res=fail :{error}")


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
        self.send_response(202)
        self.end_headers()
        say(f"recv {order} from={said['from']} via=http msg={said['msg']} st={said['status']}")
        say(f"status {order} st={said['status']}")
        threading.Thread(target=heard, args=(order, said["status"]), daemon=True).start()

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


if __name__ == "__main__":
    if SYSTEM not in ("online-shop", "crm", "mes"):
        sys.exit("usage: shop.py online-shop|crm|mes")
    if SYSTEM == "online-shop":
        threading.Thread(target=create_orders, daemon=True).start()
    http.server.ThreadingHTTPServer(address("LISTEN", "0.0.0.0:8080"), Peer).serve_forever()
