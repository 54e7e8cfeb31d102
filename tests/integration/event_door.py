"""An agent's HTTP door that does what a test wants: takes lines, refuses them, is slow, or loses its answer.
Its port stays the same while it is closed."""

import http.server
import threading

from harness import free_port


class EventDoor:
    """`lines` are those it answered for with 204 or 400; `bodies` all that came, answered or not."""

    def __init__(self):
        self.port = free_port()
        self.lines = []
        self.bodies = []
        self.answer = None          # from a body to (status, text); None: 204. Status 0 cuts the connection
        self.released = threading.Event()
        self.released.set()         # cleared: answers wait
        self._server = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        door = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                door.bodies.append(body)
                assert self.path == "/v1/events", self.path
                door.released.wait(30)
                status, text = door.answer(body) if door.answer else (204, "")
                if status == 0:
                    self.close_connection = True
                    return
                if status in (204, 400):
                    door.lines += body.splitlines()
                self.send_response(status)
                if status != 204:
                    self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                if status != 204:
                    self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def close(self):
        self.released.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()
