"""The MES of the sample, in a factory: takes orders from the broker, calculates prices, lets the machine work, and tells
the CRM each status. Knows nothing of tracing; the machine is a command, called with the order and the status to reach.

usage: mes.py AMQP_URL AMQP_URL_TO_PUBLISH DATABASE_URL COMMAND… (words {order} and {status} are replaced)"""

import subprocess
import sys
import threading
import time

import pika
import psycopg2

from broker import consume, publish

BROKER, OUTWARDS, DATABASE, MACHINE = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
AGAIN_AFTER = 0.5  # seconds
BY_MACHINE = ["MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED", "PACKAGING", "SHIPPED"]


def database():
    return psycopg2.connect(DATABASE, connect_timeout=5)


def write_status(order, status):
    """The status, and in the same transaction what the CRM is to be told."""
    with database() as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO orders (id, status) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET status = excluded.status", (order, status))
        if status == "PRICE_CALCULATED":
            cursor.execute("INSERT INTO to_crm (order_id, status) VALUES (%s, %s)", (order, status))


def take(message):
    order, status = message["order"], message["status"]
    write_status(order, status)
    if status == "CREATED":
        write_status(order, "PRICE_CALCULATED")
    else:
        threading.Thread(target=manufacture, args=(order,), daemon=True).start()


def manufacture(order):
    for status in BY_MACHINE:
        words = [word.format(order=order, status=status) for word in MACHINE]
        while subprocess.run(words, stdin=subprocess.DEVNULL, check=False).returncode != 0:
            time.sleep(AGAIN_AFTER)


def tell_crm():
    """What waits in the table goes out in its order; what cannot go out waits."""
    while True:
        try:
            with database() as connection, connection.cursor() as cursor:
                cursor.execute("SELECT number, order_id, status FROM to_crm ORDER BY number LIMIT 1 FOR UPDATE")
                for number, order, status in cursor.fetchall():
                    publish(OUTWARDS, "q.crm", {"order": order, "status": status}, message_id=f"mes-{number}")
                    cursor.execute("DELETE FROM to_crm WHERE number = %s", (number,))
                    break
                else:
                    time.sleep(0.05)
        except (pika.exceptions.AMQPError, psycopg2.Error, OSError) as trouble:
            print(f"mes: {trouble!r}", file=sys.stderr, flush=True)
            time.sleep(AGAIN_AFTER)


threading.Thread(target=tell_crm, daemon=True).start()
while True:
    try:
        consume(BROKER, "q.mes", take)
    except (pika.exceptions.AMQPError, psycopg2.Error, OSError) as trouble:
        print(f"mes: {trouble!r}", file=sys.stderr, flush=True)
        time.sleep(AGAIN_AFTER)
