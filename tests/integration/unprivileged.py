"""Programs that refuse to run as root run as `nobody` here, each in a folder of its own below /tmp."""

import os
import pwd
import shutil
import tempfile
from pathlib import Path


def as_nobody():
    """Options of Popen for a process without rights; none where the test has no rights to give away."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


class Folder:
    """A new folder that `nobody` owns and reaches, unlike the folders that pytest makes. Removed by close()."""

    def __init__(self, name):
        self.path = Path(tempfile.mkdtemp(prefix=f"{name}-", dir="/tmp"))
        self.give(self.path)

    @staticmethod
    def give(path):
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(path, nobody.pw_uid, nobody.pw_gid)

    def file(self, name, text):
        """A file in it that only its owner reads."""
        path = self.path / name
        path.write_text(text)
        path.chmod(0o600)
        self.give(path)
        return path

    def close(self):
        shutil.rmtree(self.path, ignore_errors=True)
