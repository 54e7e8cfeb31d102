"""A real nginx (Debian's) with a configuration of the test's, in a folder of its own, never as root."""

import os
import shutil
import signal
from pathlib import Path

from harness import SOURCE, Daemon, free_port, run
from unprivileged import Folder, as_nobody

# One process, so that ending it by its pid ends all of it.
MAIN = """daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/tmp-body;
    proxy_temp_path {folder}/tmp-proxy;
    fastcgi_temp_path {folder}/tmp-fastcgi;
    uwsgi_temp_path {folder}/tmp-uwsgi;
    scgi_temp_path {folder}/tmp-scgi;
    access_log {folder}/access.log;
{http}
}}
"""


def program():
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    assert found, "there is no nginx: install Debian's nginx-light (deploy/packages.sh tests)"
    return found


class Nginx(Daemon):
    """`folder` is made here, for a pytest folder is closed to other users; it goes when the process ends."""

    name = "nginx"

    def __init__(self):
        self._home = Folder("ordertrace-nginx")
        self.directory = self.folder = self._home.path
        self.environment = {}
        self.runs = 0

    def put(self, name, content):
        """A file of the folder; its path. `content` is text, or another file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read_bytes() if isinstance(content, Path) else content.encode())
        return path

    def start(self, http, ready_port):
        """`http` is what stands in the http block."""
        self.put("nginx.conf", MAIN.format(folder=self.folder, http=http))
        for path in self.folder.rglob("*"):
            self._home.give(path)
        self.launch([program(), "-p", self.folder, "-c", "nginx.conf", "-e", self.folder / "error.log"], **as_nobody())
        self.wait_until("nginx answers", lambda: _listens(ready_port))
        return self

    @property
    def errors(self):
        return self.text("error.log")

    def text(self, name):
        path = self.folder / name
        return path.read_text(errors="backslashreplace") if path.exists() else ""

    def stop(self):
        if self.process.poll() is None:
            self.send_signal(signal.SIGQUIT)
            code = self.wait()
            assert code == 0, f"exit code {code}:\n{self.log}{self.errors}"
        self._home.close()


class Front(Nginx):
    """The front as it ships in deploy/nginx, on ports of its own. `addresses`: what is behind it, as host:port, by the
    address that ships; `users`: password by name; `certificates`: a folder with people, intake (.crt, .key) and
    agents-ca.crt."""

    def __init__(self, addresses, certificates, users=None, operators=(), sign_in="htpasswd"):
        super().__init__()
        self.people_port, self.intake_port, self.sign_in_port = free_port(), free_port(), free_port()
        self._changes = {
            "/etc/nginx/ordertrace": f"{self.folder}/ordertrace",
            "/var/log/nginx": str(self.folder),
            "listen 443 ": f"listen 127.0.0.1:{self.people_port} ",
            "listen 14443 ": f"listen 127.0.0.1:{self.intake_port} ",
            "127.0.0.1:4753": f"127.0.0.1:{self.sign_in_port}",
            **addresses,
        }
        for name in ("people.crt", "people.key", "intake.crt", "intake.key", "agents-ca.crt"):
            self.put(f"ordertrace/tls/{name}", Path(certificates) / name)
        lines = [f"{name}:{_hash(word)}\n" for name, word in (users or {}).items()]
        self.put("ordertrace/users.htpasswd", "".join(lines))
        self.put("ordertrace/operators.conf", "".join(f"{name} operator;\n" for name in operators))
        self._sign_in = sign_in

    def start(self):
        """All files as they ship; a change that fits nowhere is an error."""
        shipped = SOURCE / "deploy/nginx"
        texts = {path.relative_to(shipped): path.read_text() for path in shipped.rglob("*.conf")}
        for old, new in self._changes.items():
            assert any(old in text for text in texts.values()), f"{old} is in no file of {shipped}"
            texts = {name: text.replace(old, new) for name, text in texts.items()}
        for name, text in texts.items():
            self.put(str(name).replace(f"sign-in-{self._sign_in}", "sign-in"), text)
        return super().start((self.folder / "ordertrace-front.conf").read_text(), self.people_port)

    def intake(self, of):
        """What agents have under `export`; `of` is jaeger or board."""
        return f"https://127.0.0.1:{self.intake_port}/{of}/api/traces"


def _hash(word):
    return run("openssl", "passwd", "-6", "-stdin", input=word).stdout.strip()


def _listens(port):
    """Whether somebody listens on this TCP port, without asking him anything."""
    wanted = f":{port:04X}"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if state == "0A" and local.endswith(wanted):
                return True
    return False
