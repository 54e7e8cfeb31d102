"""The Debian packages of the build: made by cpack as the page says, and a clean Debian to install them into."""

import re
import shlex

import debian_root
from harness import BUILD, SOURCE, run


def tool(*command, **options):
    done = run(*command, seconds=300, **options)
    assert done.returncode == 0, f"{shlex.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def field(package, name):
    return tool("dpkg-deb", "--field", package, name).strip()


def make(out):
    """Files by name. The command is the page's, but for its folders."""
    debian_root.need("cpack", "dpkg-deb", "dpkg-shlibdeps")
    (command,) = re.findall(r"```bash\n(cpack .*?)\n```", (SOURCE / "deploy/systemd/README.md").read_text())
    words = command.replace("build/release", str(BUILD)).replace("build/packages", str(out))
    tool(*shlex.split(words), cwd=SOURCE)
    return {field(path, "Package"): path for path in out.glob("*.deb")}


def needed(packages):
    """Names of the packages they depend on, without each other."""
    words = ", ".join(field(path, "Depends") for path in packages.values())
    return {re.split(r"[ :(]", word.strip())[0] for word in words.split(",")} - set(packages)


class Root:
    """A clean Debian with dpkg in it."""

    def __init__(self, path):
        self.path = path

    def __truediv__(self, inner):
        return self.path / inner.lstrip("/")

    def dpkg(self, *words):
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        return tool("dpkg", f"--root={self.path}", "--force-confold", *words, env=environment)

    def runs(self, *command):
        return tool("/usr/sbin/chroot", self.path, *command, env={"PATH": "/usr/bin:/bin"})

    def files(self):
        """All but what dpkg itself keeps."""
        own = ("var/lib/dpkg", "var/log", "var/cache")
        found = {str(path.relative_to(self.path)) for path in self.path.rglob("*")}
        return {name for name in found if not name.startswith(own)}


def next_version(package, folder):
    """The package as a later release: another version, another text in every conffile."""
    tree = folder / package.stem
    tool("dpkg-deb", "--raw-extract", package, tree)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^Version: .*$", "Version: 99.0", control.read_text()))
    conffiles = tree / "DEBIAN/conffiles"
    for name in conffiles.read_text().split() if conffiles.exists() else []:
        with (tree / name.lstrip("/")).open("a") as conffile:
            conffile.write("# of a later release\n")
    made = folder / f"{package.stem}.later.deb"
    tool("dpkg-deb", "-Zgzip", "-z1", "--build", "--root-owner-group", tree, made)
    return made
