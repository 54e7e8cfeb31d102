"""The CRM of the sample: keeps the customers' orders in its database, hands them to the MES over the broker.
Knows nothing of tracing. What the MES tells comes in by crm_consumer.py.

usage: crm.py PORT AMQP_URL DATABASE_URL"""

import json
import sys

import psycopg2

from broker import publish
from web import Web

PORT, BROKER, DATABASE = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def write(sql, *values):
    with psycopg2.connect(DATABASE, connect_timeout=5) as connection, connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def create(body):
    order = json.loads(body)["order"]
    write("INSERT INTO orders (id, status) VALUES (%s, 'CREATED') ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING id", order)
    publish(BROKER, "q.mes", {"order": order, "status": "CREATED"})
    return 201, {"order": order}, {"Location": f"/api/orders/{order}"}


def approve(_, order):
    write("UPDATE orders SET status = 'MANUFACTURING_APPROVED' WHERE id = %s RETURNING id", order)
    publish(BROKER, "q.mes", {"order": order, "status": "MANUFACTURING_APPROVED"})
    return 200, {"order": order}, {}


def look(_, order):
    found = write("SELECT status FROM orders WHERE id = %s", order)
    return (200, {"order": order, "status": found[0]}, {}) if found else (404, {"error": "no such order"}, {})


Web(PORT, [("POST", r"/api/orders", create), ("POST", r"/api/orders/([^/]+)/approve", approve),
           ("GET", r"/api/orders/([^/]+)", look)]).serve_forever()
