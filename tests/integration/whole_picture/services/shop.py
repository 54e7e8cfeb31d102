"""The online shop of the sample: takes orders over HTTP and passes them, and what the customer decides, to the CRM.
Knows nothing of tracing.

    POST /api/orders  {"order": "10042"}    201, Location: /api/orders/10042
    POST /api/orders/10042/approve          202: the CRM is told until it takes it
    POST /api/orders/10042/shipped          200: the customer is told
    GET  /api/orders/10042                  the CRM's answer

usage: shop.py PORT CRM_URL"""

import json
import queue
import sys
import threading
import time
import urllib.error
import urllib.request

from web import Web

AGAIN_AFTER = 0.5  # seconds
to_tell = queue.Queue()  # paths and bodies the CRM has not taken yet


def ask_crm(path, body=None):
    request = urllib.request.Request(CRM_URL + path, data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()
    except OSError as trouble:
        return 502, str(trouble).encode()


def tell_crm():
    while True:
        path, body = to_tell.get()
        if ask_crm(path, body)[0] >= 500:
            time.sleep(AGAIN_AFTER)
            to_tell.put((path, body))


def create(body):
    order = json.loads(body)["order"]
    to_tell.put(("/api/orders", body))
    return 201, {"order": order}, {"Location": f"/api/orders/{order}"}


def approve(_, order):
    to_tell.put((f"/api/orders/{order}/approve", b"{}"))
    return 202, {"order": order}, {}


def shipped(_, order):
    return 200, {"order": order}, {}


def look(_, order):
    status, body = ask_crm(f"/api/orders/{order}")
    return status, json.loads(body or b"{}"), {}


PORT, CRM_URL = int(sys.argv[1]), sys.argv[2]
for _ in range(4):
    threading.Thread(target=tell_crm, daemon=True).start()
Web(PORT, [("POST", r"/api/orders", create), ("POST", r"/api/orders/([^/]+)/approve", approve),
           ("POST", r"/api/orders/([^/]+)/shipped", shipped),
           ("GET", r"/api/orders/([^/]+)", look)]).serve_forever()
