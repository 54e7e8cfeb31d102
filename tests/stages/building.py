"""Builds a CMake preset once a test session; ccache, where it is installed, remembers by hash."""
import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*command, timeout, **options):
    """Runs a command from the project's root; its output is the failure's text."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, timeout=timeout, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout[-8000:]}"
    return done.stdout


@functools.cache
def build(preset, *only):
    """The preset's build folder; all targets, or only these."""
    launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
    run("cmake", "--preset", preset, *launcher, timeout=120)
    # The same sources give the same hash in whatever folder they were checked out.
    environment = dict(os.environ, CCACHE_BASEDIR=str(ROOT), CCACHE_NOHASHDIR="1")
    run("cmake", "--build", "--preset", preset, "--parallel", os.cpu_count() or 2,
        *(["--target", *only] if only else []), timeout=2400, env=environment)
    return ROOT / "build" / preset


def targets(function):
    """Names that CMakeLists.txt gives to `function`, such as ot_unit_test(NAME …."""
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    return re.findall(rf"^\s*{function}\((\w+)", text, flags=re.MULTILINE)
