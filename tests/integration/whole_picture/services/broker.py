"""What the services of the sample need of RabbitMQ: messages that are safe once publish() returns."""

import json
import uuid

import pika


def _connection(url):
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = parameters.stack_timeout = parameters.blocked_connection_timeout = 5
    parameters.connection_attempts = 1
    return pika.BlockingConnection(parameters)


def publish(url, queue, message, message_id=None):
    connection = _connection(url)
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("orders", queue, json.dumps(message).encode(), mandatory=True, properties=pika.BasicProperties(
            content_type="application/json", delivery_mode=2, message_id=message_id or uuid.uuid4().hex))
    finally:
        connection.close()


def consume(url, queue, take):
    """Until the connection breaks. A message is acknowledged once take() has returned."""
    connection = _connection(url)
    channel = connection.channel()
    channel.basic_qos(prefetch_count=1)
    for method, _, body in channel.consume(queue):
        take(json.loads(body))
        channel.basic_ack(method.delivery_tag)
