"""A cable between a program and a server of this host, that a test may hold or cut.

    with Cable(server_port) as cable:
        ...                     # the program connects to cable.port
        cable.hold()             # what the server sends goes no further, and is to be seen in cable.held
        cable.cut()              # it is lost; the next connection is as new"""

import contextlib
import socket
import threading


class Cable:
    def __init__(self, server_port):
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._ends = []
        self._flowing = threading.Event()
        self._flowing.set()
        self.held = b""

    def hold(self):
        self._flowing.clear()

    def cut(self):
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()
        self._flowing.set()
        self.held = b""

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                program, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server_port), timeout=5)
                server.settimeout(None)
                self._ends += [program, server]
                for source, sink in (program, server), (server, program):
                    threading.Thread(target=self._pass_on, args=(source, sink, source is server), daemon=True).start()

    def _pass_on(self, source, sink, may_be_held):
        with source, contextlib.suppress(OSError):
            while data := source.recv(65536):
                if may_be_held and not self._flowing.is_set():
                    self.held += data
                    self._flowing.wait(30)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
