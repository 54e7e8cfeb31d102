"""What the services of the sample need of HTTP."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Web(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port, routes):
        """`routes`: (method, pattern of the path, function of the body and the pattern's groups); a function gives
        (status, JSON, headers)."""
        super().__init__(("127.0.0.1", port), _Handler)
        self.routes = [(method, re.compile(pattern), function) for method, pattern, function in routes]


class _Handler(BaseHTTPRequestHandler):
    def _answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, told, headers = 404, {"error": "no such page"}, {}
        for method, pattern, function in self.server.routes:
            match = pattern.fullmatch(self.path)
            if match and method == self.command:
                try:
                    status, told, headers = function(body, *match.groups())
                except Exception as error:  # as any service does: 500, and on with the next
                    status, told, headers = 500, {"error": str(error)}, {}
        text = json.dumps(told).encode()
        self.send_response(status)
        for key, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = _answer

    def log_message(self, *_):
        pass
