"""Runs a real RabbitMQ broker with ports, an epmd, a node name and a folder of its own, as `nobody`.

    with Rabbit(definitions={...}) as broker:
        broker.channel().basic_publish("orders", "price", b"...")
        broker.ctl("trace_on")

It listens on 127.0.0.1 alone. The user `guest` may do everything; others come from the definitions."""

import atexit
import base64
import contextlib
import hashlib
import json
import os
import secrets
import signal
import subprocess
from pathlib import Path

import pika
import pytest

from harness import free_port, run, wait_for
from unprivileged import Folder, as_nobody


def _program(name):
    found = sorted(Path("/usr/lib/rabbitmq/lib").glob(f"rabbitmq_server-*/sbin/{name}"))
    if not found:
        pytest.fail(f"there is no RabbitMQ ({name}): deploy/packages.sh tests installs it", pytrace=False)
    return found[-1]


def password_hash(password):
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def user(name, password, configure="", write="", read=""):
    """Definitions of a user of the vhost / with these permissions."""
    return {"users": [{"name": name, "password_hash": password_hash(password),
                       "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": []}],
            "permissions": [{"user": name, "vhost": "/", "configure": configure, "write": write, "read": read}]}


def joined(*definitions):
    whole = {"vhosts": [{"name": "/"}]}
    for part in definitions:
        for key, entries in part.items():
            whole.setdefault(key, []).extend(entries)
    return whole


class Rabbit:
    """One node; it may be stopped, killed and started again."""

    def __init__(self, definitions=None, advanced=""):
        """`advanced` becomes advanced.config."""
        self._server, self._ctl = _program("rabbitmq-server"), _program("rabbitmqctl")
        self.folder = Folder("ordertrace-rabbit")
        self.port, self._distribution_port, self._epmd_port = free_port(), free_port(), free_port()
        self.definitions = joined(user("guest", "guest", ".*", ".*", ".*"), definitions or {})
        self._process = self._epmd = None
        self._connections = []
        folder = self.folder
        folder.file("definitions.json", json.dumps(self.definitions))
        folder.file("rabbitmq.conf", f"load_definitions = {folder.path}/definitions.json\n"
                                     f"listeners.tcp.1 = 127.0.0.1:{self.port}\n")
        folder.file("advanced.config", advanced or "[].\n")
        folder.file("plugins", "[].\n")

    def add_config(self, lines):
        """More of rabbitmq.conf, before the start."""
        with (self.folder.path / "rabbitmq.conf").open("a") as file:
            file.write(f"{lines}\n")

    @property
    def environment(self):
        path = self.folder.path
        return {**os.environ, "HOME": str(path), "LC_ALL": "C.UTF-8",
                "RABBITMQ_NODENAME": f"ordertrace{self.port}@localhost",
                "RABBITMQ_NODE_PORT": str(self.port), "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
                "RABBITMQ_DIST_PORT": str(self._distribution_port),
                "ERL_EPMD_PORT": str(self._epmd_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
                "RABBITMQ_BASE": str(path), "RABBITMQ_MNESIA_BASE": str(path / "data"),
                "RABBITMQ_LOG_BASE": str(path / "logs"), "RABBITMQ_PID_FILE": str(path / "pid"),
                "RABBITMQ_CONF_ENV_FILE": "/dev/null", "RABBITMQ_CONFIG_FILE": str(path / "rabbitmq.conf"),
                "RABBITMQ_ADVANCED_CONFIG_FILE": str(path / "advanced.config"),
                "RABBITMQ_ENABLED_PLUGINS_FILE": str(path / "plugins"),
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none -kernel inet_dist_use_interface {127,0,0,1}"}

    # the process

    @property
    def log(self):
        texts = [path.read_text(errors="backslashreplace") for path in
                 [self.folder.path / "log", *self.folder.path.glob("logs/*.log")] if path.exists()]
        return "\n".join(texts)

    def start(self):
        # Not of the harness: they live on when the test ends that started them again. Its user closes it.
        atexit.unregister(self.close)
        atexit.register(self.close)
        options = {"stdin": subprocess.DEVNULL, "env": self.environment, "cwd": self.folder.path, **as_nobody()}
        if self._epmd is None:  # else the node starts one that stays for ever
            self._epmd = subprocess.Popen(["epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1"],
                                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
        (self.folder.path / "pid").unlink(missing_ok=True)
        with (self.folder.path / "log").open("ab") as log:
            self._process = subprocess.Popen([self._server], stdout=log, stderr=log, start_new_session=True, **options)

        def answers():
            assert self._process.poll() is None, f"RabbitMQ ended with {self._process.returncode}:\n{self.log}"
            with contextlib.suppress(pika.exceptions.AMQPError):
                self.connect().close()
                return True
            return False
        wait_for(lambda: f"RabbitMQ answers:\n{self.log}", answers, seconds=180, every=0.2)
        return self

    def stop(self):
        """As an administrator does it."""
        self._end(signal.SIGTERM)

    def kill(self):
        """As a crash does it."""
        self._end(signal.SIGKILL)

    def send_signal(self, number):
        """To the node itself; what was started is the script around it."""
        os.kill(int((self.folder.path / "pid").read_text()), number)

    def _end(self, number):
        if self._process is None:
            return
        with contextlib.suppress(OSError, ValueError):
            self.send_signal(number)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            pass
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        self._connections.clear()

    def close(self):
        atexit.unregister(self.close)
        for connection in self._connections:
            with contextlib.suppress(pika.exceptions.AMQPError, OSError):
                connection.close()
        self.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()
        self.folder.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    # what it is asked

    def ctl(self, *words, **options):
        done = run(self._ctl, "-q", *words, env=self.environment, cwd=self.folder.path, seconds=60, **options,
                   **as_nobody())
        assert done.returncode == 0, f"rabbitmqctl {words}: {done.stdout}{done.stderr}"
        return done.stdout

    def shell(self, script, directory):
        """Runs commands as an administrator's shell does, with `rabbitmqctl` for this node."""
        whole = f"set -e\nrabbitmqctl() {{ (cd {self.folder.path} && exec {self._ctl} -q \"$@\"); }}\n{script}\n"
        done = run("bash", "-c", whole, env=self.environment, cwd=directory, seconds=120, **as_nobody())
        assert done.returncode == 0, f"{script}:\n{done.stdout}{done.stderr}"

    def connect(self, name="guest", password="guest"):
        return pika.BlockingConnection(pika.ConnectionParameters(
            "127.0.0.1", self.port, "/", pika.PlainCredentials(name, password), heartbeat=0,
            connection_attempts=1, socket_timeout=5, blocked_connection_timeout=10))

    def channel(self, name="guest", password="guest"):
        """On a connection of its own."""
        connection = self.connect(name, password)
        self._connections.append(connection)
        return connection.channel()

    def depth(self, queue):
        """Messages that wait in the queue, and its consumers."""
        connection = self.connect()
        try:
            method = connection.channel().queue_declare(queue, passive=True).method
            return method.message_count, method.consumer_count
        finally:
            connection.close()
