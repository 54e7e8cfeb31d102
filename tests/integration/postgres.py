"""Runs a real PostgreSQL on a port nobody else uses, with a cluster of its own in a temporary folder, as `nobody`.

    with Postgres(wal_level="logical") as database:
        database.sql("create table t (n int)")
        run("psql", "-c", "select 1", env=database.environment())

It listens on 127.0.0.1 alone and believes every client there; its superuser is `postgres`. Nothing is synced to the
disk: it survives its own end (stop, start, kill), not the machine's."""

import atexit
import os
import signal
import subprocess
from pathlib import Path

import pytest

from harness import free_port, run, wait_for
from unprivileged import Folder, as_nobody

SETTINGS = {"fsync": "off", "unix_socket_directories": "", "dynamic_shared_memory_type": "mmap",
            "max_connections": "30", "shared_buffers": "16MB", "timezone": "UTC", "log_line_prefix": "%m %u "}


def postgres_program(name):
    """The newest one that Debian's packages installed."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    if not found:
        pytest.fail(f"there is no PostgreSQL server ({name}): deploy/packages.sh tests installs it", pytrace=False)
    return found[-1]


class Postgres:
    """One cluster; the server may be stopped, killed and started again."""

    def __init__(self, **settings):
        """`settings` go over postgresql.conf."""
        server = postgres_program("postgres")
        self.folder = Folder("ordertrace-postgres")
        self.port = free_port()
        self.process = None
        self.data = self.folder.path / "data"
        made = run(postgres_program("initdb"), "--pgdata", self.data, "--username", "postgres", "--auth", "trust",
                   "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", cwd=self.folder.path, **as_nobody())
        assert made.returncode == 0, made.stdout + made.stderr
        with (self.data / "postgresql.conf").open("a") as file:
            for key, value in {**SETTINGS, **settings}.items():
                file.write(f"{key} = '{value}'\n")
        self._command = [server, "-D", self.data, "-p", self.port, "-c", "listen_addresses=127.0.0.1"]

    # the process

    @property
    def log_path(self):
        return self.folder.path / "log"

    @property
    def log(self):
        return self.log_path.read_text(errors="backslashreplace") if self.log_path.exists() else ""

    def start(self):
        # Not of the harness: it lives on when the test ends that started it again. Its user closes it.
        atexit.unregister(self.close)
        atexit.register(self.close)
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen([str(word) for word in self._command], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, cwd=self.folder.path, **as_nobody())

        def answers():
            assert self.process.poll() is None, f"PostgreSQL ended with {self.process.returncode}:\n{self.log}"
            return run("psql", "-qAtXc", "select 1", env=self.environment()).returncode == 0
        wait_for(lambda: f"PostgreSQL answers:\n{self.log}", answers, seconds=60, every=0.1)
        return self

    def stop(self, number=signal.SIGINT):
        """Ends the server and every connection to it; SIGQUIT instead is an end without a checkpoint, as in a crash."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(60)

    def close(self):
        atexit.unregister(self.close)
        self.stop(signal.SIGQUIT)
        self.folder.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    # what it is asked

    def environment(self, user="postgres", database="postgres", **more):
        """For psql, pg_recvlogical and everything else on libpq."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        return {**kept, "PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": user, "PGDATABASE": database,
                "PGCONNECT_TIMEOUT": "5", "PGOPTIONS": "", "PSQLRC": "/dev/null", **more}

    def run_sql(self, text, user="postgres", database="postgres"):
        """The finished psql, whatever came of it. The text is one script, stopped at its first error."""
        return run("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", input=text, env=self.environment(user, database))

    def sql(self, text, user="postgres", database="postgres"):
        """The rows as lines; columns are parted by |."""
        done = self.run_sql(text, user, database)
        assert done.returncode == 0, f"{text}\n{done.stderr}"
        return done.stdout.splitlines()
