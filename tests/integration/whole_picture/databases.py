"""The databases of the CRM and of the MES in one PostgreSQL. The MES's tells of its statuses from inside, by the outbox
that ships; the CRM's from outside, by its write-ahead log."""

import signal

from harness import CLI, SOURCE, run, start_process
from postgres import Postgres, postgres_program
from test_postgres_inside import Sender
from unprivileged import as_nobody

INSIDE, OUTSIDE = (SOURCE / "deploy/adapters" / name for name in ("postgresql-inside", "postgresql-outside"))
ORDERS = "CREATE TABLE orders (id text PRIMARY KEY, status text NOT NULL);"
TO_CRM = "CREATE TABLE to_crm (number bigint GENERATED ALWAYS AS IDENTITY, order_id text, status text);"


class Databases:
    def __init__(self, folder, crm_agent, mes_agent):
        self.folder, self._crm_agent, self._mes_agent = folder / "databases", crm_agent, mes_agent
        self.folder.mkdir()
        known = run(postgres_program("postgres"), "--describe-config", **as_nobody()).stdout
        plugins = {"output_plugin_libraries": "wal2json"} if "output_plugin_libraries" in known else {}
        self.server = Postgres(wal_level="logical", **plugins)

    def start(self):
        self.server.start()
        self._make("crm", ORDERS)
        self._make("mes", ORDERS + TO_CRM)
        self.server.sql("CREATE ROLE machine LOGIN; GRANT SELECT, UPDATE ON orders TO machine; GRANT INSERT ON to_crm TO machine;",
                        database="mes")
        self.server.sql((INSIDE / "outbox.sql").read_text() + "SELECT ordertrace.watch('orders', 'id', 'status')", database="mes")
        self._outbox = Sender(self.folder, _In(self.server, "mes"), self._mes_agent)
        self._start_log()

    def _make(self, name, tables):
        self.server.sql(f"CREATE ROLE {name} LOGIN; CREATE DATABASE {name} OWNER {name}".replace("; ", ";\n"))
        self.server.sql(tables, user=name, database=name)

    def _start_log(self):
        self.server.sql("CREATE ROLE ordertrace LOGIN REPLICATION; ALTER TABLE orders REPLICA IDENTITY FULL;", database="crm")
        self.server.sql("SELECT pg_create_logical_replication_slot('ordertrace', 'wal2json')", database="crm")
        rows, mapped = self.folder / "orders.jsonl", self.folder / "wal.map.yaml"
        mapped.write_text((OUTSIDE / "wal.map.yaml").read_text().replace("schema: 'shop'", "schema: 'public'"))
        environment = self.server.environment("ordertrace", "crm", ORDERTRACE_TABLES="public.orders",
                                              PG_RECVLOGICAL=str(postgres_program("pg_recvlogical")))
        with (self.folder / "log").open("ab") as log:
            self._receiver = start_process([OUTSIDE / "receive.sh", rows], env=environment, stdout=log, stderr=log)
            self._tail = start_process([CLI, "tail", rows, "--map", mapped, "--to", self._crm_agent, "--from", "start"],
                                       stdout=log, stderr=log)

    def pids(self):
        return [self.server.process.pid, self._outbox.process.pid, self._receiver.pid, self._tail.pid]

    def stop(self):
        self._receiver.send_signal(signal.SIGINT)
        self._receiver.wait(10)
        self._tail.terminate()
        assert self._tail.wait(10) == 0, (self.folder / "log").read_text()
        self._outbox.stop()
        self.server.close()

    def environment(self, database, user):
        kept = self.server.environment(user=user, database=database)
        return {key: value for key, value in kept.items() if key.startswith("PG")}

    def url(self, name):
        return f"postgresql://{name}@127.0.0.1:{self.server.port}/{name}"

    def sql(self, name, text):
        return self.server.sql(text, database=name)

    def status(self, name, order):
        found = self.sql(name, f"SELECT status FROM orders WHERE id = '{order}'")
        return found[0] if found else None


class _In:
    """The server as the outbox's sender sees it: one database of it."""

    def __init__(self, server, database):
        self._server, self._database = server, database

    def environment(self, user):
        return self._server.environment(user=user, database=self._database)
