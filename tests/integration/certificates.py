"""Certificates for one test, made by openssl: an authority, and what it (or another) signed."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Pair:
    cert: Path
    key: Path


def _openssl(*words, **options):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, **options)


class Authority:
    def __init__(self, directory, name="Test authority"):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._stem = name.replace(" ", "-").lower()
        self.pair = Pair(self._path("crt"), self._path("key"))
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                 "-subj", f"/CN={name}", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                 "-keyout", self.pair.key, "-out", self.pair.cert)

    def _path(self, ending, name=None):
        return self.directory / f"{name or self._stem}.{ending}"

    @property
    def file(self):
        return self.pair.cert

    def issue(self, name, hosts="IP:127.0.0.1,DNS:localhost", usage="serverAuth,clientAuth", expired=False):
        """A certificate and its key, for a server with these hosts or a client."""
        made = Pair(self._path("crt", name), self._path("key", name))
        request, extensions = self._path("csr", name), self._path("ext", name)
        _openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-subj", f"/CN={name}", "-keyout", made.key, "-out", request)
        extensions.write_text(f"subjectAltName={hosts}\nextendedKeyUsage={usage}\nbasicConstraints=CA:FALSE\n")
        # `x509 -req` takes no past dates on Debian 12; `-days -1` ends yesterday.
        _openssl("x509", "-req", "-in", request, "-CA", self.pair.cert, "-CAkey", self.pair.key, "-CAcreateserial",
                 "-days", "-1" if expired else "30", "-extfile", extensions, "-out", made.cert)
        return made
