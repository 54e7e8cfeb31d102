"""The CRM's side of the broker: every status the MES tells goes into the CRM's database, and the shop
hears when its order is on the way.
usage: crm_consumer.py AMQP_URL DATABASE_URL SHOP_URL"""

import sys
import time
import urllib.request

import pika
import psycopg2

from broker import consume

BROKER, DATABASE, SHOP = sys.argv[1:4]


def take(message):
    with psycopg2.connect(DATABASE, connect_timeout=5) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE orders SET status = %s WHERE id = %s", (message["status"], message["order"]))
    if message["status"] == "SHIPPED":
        urllib.request.urlopen(f"{SHOP}/api/orders/{message['order']}/shipped", data=b"{}", timeout=5).close()


while True:
    try:
        consume(BROKER, "q.crm", take)
    except (pika.exceptions.AMQPError, psycopg2.Error, OSError) as trouble:
        print(f"crm_consumer: {trouble!r}", file=sys.stderr, flush=True)
        time.sleep(0.3)
