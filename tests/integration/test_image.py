"""The images, built by buildah from the Dockerfile that ships; the programs run as they would in a container: as the
image's user, on a read-only root, with the volumes that the page names and nothing else to write.
No registry is needed: the base is a Debian 12 of the test's own, and the stage that compiles is replaced by the packages
that are built already (cpack). That this stage has all it compiles from is tested apart."""

import json
import re
import shutil
from pathlib import Path

import pytest

import debian_packages
import debian_root
from board import Board
from harness import SOURCE, Agent, run, wait_for

DOCKERFILE = SOURCE / "deploy/Dockerfile"
PROGRAMS = {"agent": "ordertrace-agent", "board": "ordertrace-board", "cli": "ordertrace"}
USER = 65532


class Builder:
    """buildah with a store of its own. Chroot isolation and root: no daemon, no other container tool is needed."""

    def __init__(self, directory):
        overlay = "overlay" in Path("/proc/filesystems").read_text()
        self._words = ["buildah", f"--root={directory}/store", f"--runroot={directory}/run",
                       f"--storage-driver={'overlay' if overlay else 'vfs'}"]

    def __call__(self, *words):
        done = run(*self._words, *words, seconds=300)
        assert done.returncode == 0, f"buildah {' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done.stdout.strip()

    def image_of(self, name, content):
        """An image of one file or folder."""
        container = self("from", "scratch")
        self("add", "--quiet", container, content, "/")
        self("commit", "--quiet", "--rm", container, f"localhost/{name}")
        return f"localhost/{name}"


class Image:
    def __init__(self, builder, name):
        inspected = json.loads(builder("inspect", "--type", "image", name))
        self.config = inspected["Docker"]["config"]
        self._builder = builder
        self._container = builder("from", "--pull-never", name)
        self.root = Path(builder("mount", self._container))

    def command(self, *words, volumes):
        """What a runtime would start: the root read-only, `volumes` (folder in the image: folder here) to write to."""
        binds = "".join(f"mount --bind '{here}' '{self.root}{there}'; " for there, here in volumes.items())
        script = (f"mount --bind '{self.root}' '{self.root}'; mount -o remount,bind,ro '{self.root}'; {binds}"
                  f'exec /usr/sbin/chroot --userspec={self.config["User"]} "{self.root}" "$@"')
        return ["unshare", "--mount", "sh", "-ec", script, "sh", *self.config["Entrypoint"], *words]


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    debian_root.need("buildah", "unshare")
    out = tmp_path_factory.mktemp("image") / "content/packages"
    out.parent.mkdir()
    made = debian_packages.make(out)
    shutil.rmtree(out / "_CPack_Packages")
    return made


@pytest.fixture(scope="module")
def images(packages):
    folder = next(iter(packages.values())).parent  # called packages, as in the stage that it replaces
    builder = Builder(folder.parents[1] / "buildah")
    base = builder.image_of("debian-12", debian_root.archive(debian_packages.needed(packages)))
    for target in PROGRAMS:
        builder("build", "--isolation=chroot", "--format=docker", "--pull-never", f"--file={DOCKERFILE}", f"--target={target}",
                f"--build-arg=BASE={base}", f"--build-context=build={folder.parent}", f"--tag=localhost/{target}", SOURCE)
    yield {target: Image(builder, f"localhost/{target}") for target in PROGRAMS}
    builder("rm", "--all")


def run_in(image, *words, **volumes):
    return run(*image.command(*words, volumes=volumes))


@pytest.mark.parametrize("target", PROGRAMS)
def test_what_an_image_says_of_itself(images, target):
    config, program = images[target].config, PROGRAMS[target]
    assert config["User"] == f"{USER}:{USER}", "a number: Kubernetes can see that it is not root"
    assert config["Entrypoint"] == [program]
    assert config["Healthcheck"]["Test"] == (["NONE"] if target == "cli" else ["CMD", program, "health"])
    assert not config.get("Volumes") and not config.get("ExposedPorts")
    done = run_in(images[target], "--version")
    assert done.returncode == 0 and done.stdout.startswith(f"{program} "), done.stderr


@pytest.mark.parametrize("target", PROGRAMS)
def test_nothing_of_the_building_is_left(images, target):
    root = images[target].root
    assert not list((root / "tmp").iterdir()) and not list((root / "var/lib/apt/lists").glob("*"))
    for compiler in ("g++", "cmake", "thrift"):
        assert not (root / "usr/bin" / compiler).exists()
    own = {path.name for path in (root / "usr/bin").glob("ordertrace*")}
    assert own == {PROGRAMS[target]}


class InImage:
    """Changes a harness's program to run in its image: its folder is all that it can write to, but for what it says."""

    def put(self, image, there, *more):
        self.image, self.there = image, there
        self.environment["TMPDIR"] = "/tmp"
        self.volumes = {there: self.directory}
        for volume, folder in more:
            (self.directory / folder).mkdir()
            self.volumes[volume] = self.directory / folder
        for path in (self.directory, *self.directory.iterdir()):
            shutil.chown(path, USER, USER)
        return self

    def launch(self, command, **options):
        super().launch(self.image.command("--config", f"{self.there}/{self.config_file.name}", volumes=self.volumes), **options)


class AgentInImage(InImage, Agent):
    pass


class BoardInImage(InImage, Board):
    pass


def test_the_agent_works_on_a_read_only_root(images, tmp_path, collector):
    agent = AgentInImage(tmp_path / "agent", {"jaeger": collector.url}).put(images["agent"], "/var/lib/ordertrace-agent")
    agent.config["journal"]["directory"] = "/var/lib/ordertrace-agent/journal"
    agent.start()
    agent.send_and_see("ord1 status A1 st=CUT")
    wait_for("it is delivered", lambda: collector.find(record="status"))
    assert agent.scrape().get("ordertrace_journal_in_memory") == 0
    assert (tmp_path / "agent/journal/state").stat().st_uid == USER
    status = Path(f"/proc/{agent.pid}/status").read_text()
    assert re.search(rf"Uid:\s+{USER}\s+{USER}\s", status) and re.search(r"CapEff:\s+0+\n", status)

    asked = ["health", "--admin", f"http://127.0.0.1:{agent.admin_port}"]
    assert run_in(images["agent"], *asked).returncode == 0
    agent.stop()
    assert run_in(images["agent"], *asked).returncode == 1


def test_the_board_works_on_a_read_only_root(images, tmp_path):
    board = BoardInImage(tmp_path / "board").put(images["board"], "/var/lib/ordertrace-board", ("/tmp", "tmp"))
    board.start()
    asked = ["health", "--board", board.url]
    assert run_in(images["board"], *asked).returncode == 0
    done = run_in(images["cli"], "stages", "--board", board.url)
    assert done.returncode == 0 and "CREATED" in done.stdout, done.stderr
    board.stop()
    assert run_in(images["board"], *asked).returncode == 1


def test_the_stage_that_compiles_has_what_it_needs(tmp_path):
    """CMake reads and generates with nothing but what the Dockerfile copies."""
    text = DOCKERFILE.read_text()
    stage = text[text.index("AS build"):text.index("FROM ${BASE} AS agent")]
    for *sources, to in (line.split() for line in re.findall(r"(?m)^COPY (.*)$", stage)):
        for source in (SOURCE / name for name in sources):
            place = tmp_path / to
            place.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, place)
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, place)
    done = run("cmake", "--preset", "release", cwd=tmp_path, seconds=120)
    assert done.returncode == 0, done.stdout + done.stderr
    (packed,) = re.findall(r"cpack .*", stage)
    assert packed == "cpack -G DEB --config build/release/CPackConfig.cmake -B /packages"
