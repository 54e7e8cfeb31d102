"""A clean Debian 12 with a running systemd in namespaces of its own: processes, mounts, network (loopback only), cgroup.
It needs root and a kernel with these; no container tool. What runs in it ends with it, and what it writes is gone."""

import os
import subprocess
from pathlib import Path

import pytest

from harness import run, start_process, wait_for

# In new namespaces: a cgroup of its own, what systemd expects to be mounted, then systemd in place of this shell.
_BOOT = r"""
root=$1 group=$2 changes=$3
mount --make-rprivate /
mount -t tmpfs tmpfs "$changes"
mkdir "$changes/upper" "$changes/work"
mount -t overlay overlay -o "lowerdir=$root,upperdir=$changes/upper,workdir=$changes/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir "$root"/dev/{pts,shm,mqueue}
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t mqueue mqueue "$root/dev/mqueue"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for node in null zero full random urandom tty; do touch "$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"; done
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mkdir "$root/sys/fs/cgroup/$group"
echo $$ > "$root/sys/fs/cgroup/$group/cgroup.procs"
exec unshare --cgroup bash -euc '
    umount "$1/sys/fs/cgroup"
    mount -t cgroup2 cgroup2 "$1/sys/fs/cgroup"
    ip link set lo up
    mkdir -p "$1/old"
    cd "$1"
    pivot_root . old
    umount -l /old
    mount --make-rshared /
    export container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin
    exec /lib/systemd/systemd --system --unit=basic.target --show-status=no
' bash "$root"
"""


class Booted:
    """`root`: the tree with systemd in it."""

    def __init__(self, root, folder):
        """`folder`: for its log and as a mount point."""
        changes = folder / "changes"
        changes.mkdir()
        self._log = folder / "boot.log"
        self._group = f"ordertrace-test-{os.getpid()}-{folder.name}"
        with self._log.open("wb") as out:
            self._process = start_process(
                ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc", "--net", "bash", "-euc", _BOOT, "bash",
                 root, self._group, changes], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            wait_for("systemd runs", self._is_up, 60)
        except AssertionError:
            self.end()
            pytest.skip(f"NO RUNNING SYSTEMD: none could be started in namespaces here: {self._log.read_text()[-500:]}")

    @property
    def tree(self):
        """Its files, as this host reaches them."""
        return Path(f"/proc/{self._init}/root")

    @property
    def _init(self):
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return children[0] if children else None

    def _is_up(self):
        assert self._process.poll() is None, self._log.read_text()
        return self._init and self.run("systemctl", "is-system-running", ok=False).stdout.strip() in ("running", "degraded")

    def run(self, *command, ok=True):
        """A command inside."""
        done = run("nsenter", f"--target={self._init}", "-m", "-p", "-i", "-u", "-n", "-C", "--root", "--wd",
                   "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", *command, seconds=60)
        assert done.returncode == 0 or not ok, f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def in_its_network(self, *command):
        """The words of a command of this host's that sees the network inside."""
        return ["nsenter", f"--target={self._init}", "-n", *map(str, command)]

    def systemctl(self, *words, ok=True):
        return self.run("systemctl", *words, ok=ok)

    def value(self, unit, name):
        return self.systemctl("show", "--value", f"--property={name}", unit).stdout.strip()

    def journal(self, unit):
        return self.run("journalctl", "--no-pager", "--output=cat", f"--unit={unit}").stdout

    def end(self):
        self._process.kill()  # and with it, by --kill-child, all that runs inside
        self._process.wait()
        for place in (line.split()[1] for line in Path("/proc/mounts").read_text().splitlines() if line.split()[2] == "cgroup2"):
            group = Path(place) / self._group
            for folder in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
                _remove(folder)
            if group.exists():
                _remove(group)


def _remove(group):
    """Its last processes may be still on their way out."""
    def gone():
        try:
            group.rmdir()
        except OSError:
            return False
        return True
    wait_for(f"{group} is empty", gone)
