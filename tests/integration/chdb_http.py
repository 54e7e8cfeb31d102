#!/usr/bin/env python3
"""ClickHouse's HTTP interface in front of the real engine (chdb, in-process): a double of its server for tests.

Run:   PYTHON chdb_http.py --data DIR --port 8123 --create-db jaeger [--user board:secret:ro] [--log FILE]
       (PYTHON is one with chdb-core; clickhouse.py installs it)
Faults: GET /_fault?mode=M&n=K[&ms=D] for the next K INSERTs that carry data. M = before (500, nothing stored),
       after (stored, then 500), drop (stored, connection cut), cut (nothing stored, connection cut), slow (wait D ms,
       then normal). n=0 clears. GET /_stats: counters as JSON.
Speaks: GET /, /ping, /replicas_status; GET (read only) and POST with the query in ?query= and/or body; chunked and
       gzip bodies; gzip answers when enable_http_compression=1; param_x; any other URL argument is a setting;
       database, default_format, query_id, user/password, Basic, X-ClickHouse-User/Key/Database/Format; readonly
       users; Native results and inserts (every engine format); exception code, header and HTTP status.
Limits: answers and inserts are whole in memory; each request is a fresh engine connection (no SET, no temporary
       tables); compress=1 is refused; Native blocks are of revision 0; users are known to this file only, GRANT,
       quotas and row policies are not enforced; no native protocol, TLS, external tables, replication; one process a
       data folder. Inserts go through a temporary file: chdb's own send_insert() hides errors raised after parsing.
"""
import argparse, base64, gzip, json, re, socket, struct, tempfile, threading, time, urllib.parse, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from chdb.state.sqlitelike import connect

SPECIAL = {"query", "database", "default_format", "user", "password", "query_id", "quota_key", "session_id",
           "session_timeout", "session_check", "client_protocol_version", "enable_http_compression", "compress",
           "decompress", "wait_end_of_query", "send_progress_in_http_headers", "buffer_size", "role", "close_session"}
HELLO = re.compile(r"^\s*SELECT\s+displayName\(\),\s*version\(\),\s*revision\(\),\s*timezone\(\)\s*$", re.I)
INSERT = re.compile(r"^\s*INSERT\s+INTO\b", re.I)
FORMAT_TAIL = re.compile(r"\bFORMAT\s+([A-Za-z0-9_]+)[ \t]*;?[ \t]*(?:\r?\n|$)", re.I)
VALUES = re.compile(r"\bVALUES\b\s*", re.I)
READS = re.compile(r"^(?:--[^\n]*\n|/\*.*?\*/|\s|\()*(SELECT|WITH|SHOW|DESC|DESCRIBE|EXPLAIN|EXISTS|SET|USE)\b",
                   re.I | re.S)
TYPES = {"Native": "application/octet-stream", "RowBinary": "application/octet-stream",
         "JSONEachRow": "application/x-ndjson; charset=UTF-8", "JSON": "application/json; charset=UTF-8",
         "JSONCompact": "application/json; charset=UTF-8", "CSV": "text/csv; charset=UTF-8; header=absent"}
STATUS = {60: 404, 81: 404, 46: 404, 47: 404, 50: 404, 115: 404, 36: 400, 62: 400, 43: 400, 42: 400, 53: 400,
          27: 400, 6: 400, 26: 400, 117: 400, 457: 400, 48: 501, 159: 408, 516: 403, 192: 403, 193: 403, 194: 401}
STATS = {"queries": 0, "inserts": 0, "rows_inserted": 0, "errors": 0, "faults": 0}
FAULT = {"mode": "", "n": 0, "ms": 0}
GUARD = threading.Lock()


def refused(code, name, text):
    return RuntimeError(f"Code: {code}. DB::Exception: {text}. ({name})")


def split_insert(sql):
    """An INSERT that carries data: (statement without FORMAT, format, data found in the text), else None."""
    if not INSERT.match(sql):
        return None
    tail, values = FORMAT_TAIL.search(sql), VALUES.search(sql)
    cut = values if values and not (tail and tail.start() < values.start()) else tail
    if not cut or re.search(r"\bSELECT\b", sql[:cut.start()], re.I):
        return None
    return sql[:cut.start()], "Values" if cut is values else cut.group(1), sql[cut.end():]


def hello_block(version, tz):
    """The answer clickhouse-go reads before anything else: one Native block, revision format, revision() = 0."""
    out = bytearray(b"\x01\x00\x02\xff\xff\xff\xff\x00\x04\x01")  # block info, 4 columns, 1 row

    def text(s):
        raw = s.encode()
        return bytes([len(raw)]) + raw

    for name, kind, value in (("displayName()", "String", text("chdb")), ("version()", "String", text(version)),
                              ("revision()", "UInt32", struct.pack("<I", 0)), ("timezone()", "String", text(tz))):
        out += text(name) + text(kind) + b"\x00" + value
    return bytes(out)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "chdb_http"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            data = b""
            while size := int(self.rfile.readline().split(b";")[0] or b"-1", 16):
                piece = self.rfile.read(size + 2)[:-2]
                if size < 0 or len(piece) != size:
                    raise ConnectionError("body cut short")
                data += piece
            self.rfile.readline()
        else:
            size = int(self.headers.get("Content-Length") or 0)
            data = self.rfile.read(size)
            if len(data) != size:
                raise ConnectionError("body cut short")
        return gzip.decompress(data) if self.headers.get("Content-Encoding") == "gzip" else data

    def reply(self, status, data, kind="text/plain; charset=UTF-8", extra=()):
        self.send_response(status)
        if self.args.get("enable_http_compression") == "1" and "gzip" in self.headers.get("Accept-Encoding", ""):
            data = gzip.compress(data, 3)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for key, value in extra:
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(data)

    def login(self):
        user, secret = self.args.get("user", "default"), self.args.get("password", "")
        basic = self.headers.get("Authorization", "")
        if basic.startswith("Basic "):
            user, _, secret = base64.b64decode(basic[6:]).decode().partition(":")
        user = self.headers.get("X-ClickHouse-User", user)
        secret = self.headers.get("X-ClickHouse-Key", secret)
        known = self.server.users.get(user)
        if not known or known[0] != secret:
            raise refused(516, "AUTHENTICATION_FAILED", f"{user}: Authentication failed")
        return known[1]

    def do_GET(self):
        self.handle_request(b"")

    def do_POST(self):
        try:
            self.handle_request(self.body())
        except ConnectionError:
            self.close_connection = True

    def handle_request(self, body):
        path, _, raw = self.path.partition("?")
        self.args = dict(urllib.parse.parse_qsl(raw, keep_blank_values=True))
        if path in ("/ping", "/replicas_status") or (path == "/" and not raw and self.command == "GET"):
            return self.reply(200, b"Ok.\n")
        if path == "/_fault":
            FAULT.update(mode=self.args.get("mode", ""), n=int(self.args.get("n", "1")),
                         ms=int(self.args.get("ms", "0")))
        if path in ("/_stats", "/_fault"):
            return self.reply(200, json.dumps({**STATS, "fault": FAULT}).encode() + b"\n", "application/json")
        if path != "/":
            return self.reply(404, f"There is no handle {path}\n".encode())
        began, qid = time.time(), self.args.get("query_id") or str(uuid.uuid4())
        text = self.args.get("query", "")
        try:
            status, data, kind, extra = self.execute(text, body, self.login() or self.command != "POST")
        except Exception as err:  # the engine's message, or ours
            code = int((re.findall(r"Code: (\d+)\.", str(err)) or ["1002"])[0])
            STATS["errors"] += 1
            status, kind, extra = STATUS.get(code, 500), "text/plain", [("X-ClickHouse-Exception-Code", str(code))]
            data = f"{err} (version {self.server.engine})\n".encode()
        if self.server.log:
            line = text if INSERT.match(text) else text + " | " + body[:400].decode("utf-8", "replace")
            print(time.strftime("%H:%M:%S"), status, f"{1000 * (time.time() - began):.0f}ms {len(body)}B->{len(data)}B",
                  " ".join(line.split())[:600], file=self.server.log, flush=True)
        if status is None:  # fault: cut the line
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.reply(status, data, kind, [("X-ClickHouse-Query-Id", qid), ("X-ClickHouse-Server-Display-Name", "chdb"),
                                        ("X-ClickHouse-Timezone", self.server.tz)] + extra)

    def execute(self, url_query, body, read_only):
        if "1" in (self.args.get("compress"), self.args.get("decompress")):
            raise refused(48, "NOT_IMPLEMENTED", "compress/decompress are not supported by chdb_http")
        found = split_insert(url_query) if url_query else split_insert(body.decode("utf-8", "surrogateescape"))
        data = (found[2].encode("utf-8", "surrogateescape") + (body if url_query else b"")) if found else b""
        query = "" if found else (url_query + "\n" + body.decode("utf-8")).strip()
        if int(self.args.get("client_protocol_version", "0")) > 0 and HELLO.match(query):
            hello = hello_block(self.server.engine, self.server.tz)
            return 200, hello, TYPES["Native"], [("X-ClickHouse-Format", "Native")]
        if read_only and not READS.match(query):
            raise refused(164, "READONLY", "Cannot execute query in readonly mode")
        params = {k[6:]: v for k, v in self.args.items() if k.startswith("param_")}
        skip = SPECIAL | {"readonly"} if read_only else SPECIAL
        settings = {k: v for k, v in self.args.items() if k not in skip and not k.startswith("param_")}
        database = self.args.get("database") or self.headers.get("X-ClickHouse-Database") or "default"
        conn = connect(self.server.data)
        try:
            conn.query("USE `" + database.replace("`", "") + "`")
            for key, value in settings.items():
                if not re.fullmatch(r"[A-Za-z0-9_]+", key):
                    raise refused(115, "UNKNOWN_SETTING", f"Unknown setting {key}")
                conn.query("SET {} = '{}'".format(key, value.replace("\\", "\\\\").replace("'", "\\'")))
            if read_only:
                conn.query("SET readonly = 2")
            if found:
                return self.insert(conn, found[0], found[1], data)
            shape = FORMAT_TAIL.findall(query)
            wish = self.args.get("default_format") or self.headers.get("X-ClickHouse-Format")
            fmt = shape[-1] if shape else wish or "TabSeparated"
            result = conn.query(query, fmt, params=params)
            summary = {"read_rows": str(result.storage_rows_read()), "result_rows": str(result.rows_read())}
            STATS["queries"] += 1
            return 200, bytes(result.bytes() or b""), TYPES.get(fmt, "text/tab-separated-values; charset=UTF-8"), [
                ("X-ClickHouse-Format", fmt), ("X-ClickHouse-Summary", json.dumps(summary))]
        finally:
            conn.close()

    def insert(self, conn, statement, fmt, data):
        mode = ""
        with GUARD:
            if FAULT["n"] > 0:
                FAULT["n"] -= 1
                STATS["faults"] += 1
                mode = FAULT["mode"]
        time.sleep(FAULT["ms"] / 1000 if mode == "slow" else 0)
        if mode == "cut":
            return None, b"", "", []
        if mode == "before":
            raise refused(242, "TABLE_IS_READ_ONLY", "fault before the insert")
        rows = 0
        if data:
            with tempfile.NamedTemporaryFile(prefix="chdb_http") as part:  # send_insert() hides errors of the sink
                part.write(data)
                part.flush()
                result = conn.query(f"{statement} FROM INFILE '{part.name}' COMPRESSION 'none' FORMAT {fmt}")
                rows = result.rows_read()
        with GUARD:
            STATS["inserts"] += 1
            STATS["rows_inserted"] += rows
        if mode == "after":
            raise refused(210, "NETWORK_ERROR", "fault after the insert")
        extra = [("X-ClickHouse-Summary", json.dumps({"written_rows": str(rows)}))]
        return None if mode == "drop" else 200, b"", "text/plain; charset=UTF-8", extra


if __name__ == "__main__":
    cli = argparse.ArgumentParser()
    for name, more in (("--data", {"required": True}), ("--host", {"default": "127.0.0.1"}), ("--log", {}),
                       ("--port", {"type": int, "default": 8123}), ("--create-db", {"action": "append", "default": []}),
                       ("--user", {"action": "append", "default": [], "help": "name:password[:ro]"})):
        cli.add_argument(name, **more)
    opt = cli.parse_args()
    keep = connect(opt.data)  # the engine lives as long as this connection
    for name in opt.create_db:
        keep.query(f"CREATE DATABASE IF NOT EXISTS `{name}`")
    ThreadingHTTPServer.request_queue_size = 128
    server = ThreadingHTTPServer((opt.host, opt.port), Handler)
    server.data, server.log = opt.data, open(opt.log, "a") if opt.log else None
    server.users = {"default": ("", False)}
    for item in opt.user:
        name, secret, *rest = item.split(":")
        server.users[name] = (secret, "ro" in rest)
    server.engine, server.tz = keep.query("SELECT version(), timezone()", "TabSeparated").bytes().decode().split()
    print(f"chdb_http: engine {server.engine}, {opt.data}, http://{opt.host}:{server.server_port}/", flush=True)
    server.serve_forever()
