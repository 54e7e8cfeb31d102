"""A clean Debian 12 for tests that install something: made by debootstrap once (about a minute), kept by the hash of
what went into it, unpacked for each test. Root alone can make one."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from harness import SOURCE

SUITE = "bookworm"
ALWAYS = {"systemd", "iproute2"}  # so that one tree serves all tests; booted.py needs these


def need(*programs):
    """What is missing is the test's failure: the packages install it."""
    if os.geteuid() != 0:
        pytest.fail("a clean Debian can be made by root alone: run this test as root", pytrace=False)
    for program in programs:
        if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
            pytest.fail(f"there is no {program}: run deploy/packages.sh tests", pytrace=False)


def _apt(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()


def _mirror():
    """Where this machine's own apt has its packages from."""
    for line in _apt("apt-get", "indextargets", "--format", "$(CODENAME) $(COMPONENT) $(REPO_URI)", "Created-By: Packages"):
        codename, component, uri = line.split(" ", 2)
        if (codename, component) == (SUITE, "main"):
            return uri
    pytest.fail(f"apt has no source for {SUITE} main, which a clean Debian 12 is made from", pytrace=False)


def _environment():
    """With apt's proxy, if it has one."""
    found = [line.split('"')[1] for line in _apt("apt-config", "dump", "--format", '%f "%v"%n', "Acquire::http::Proxy") if '""' not in line]
    return {**os.environ, **({"http_proxy": found[0]} if found else {})}


def _archive(packages):
    words = " ".join([SUITE, *sorted(ALWAYS | packages)])
    cache = Path(os.environ.get("ORDERTRACE_CACHE", SOURCE / "tests/.cache"))
    return cache / f"debian-{hashlib.sha256(words.encode()).hexdigest()[:16]}.tar"


def archive(packages):
    """A tar of a minimal Debian 12 with these packages and what they need."""
    kept = _archive(packages)
    if kept.exists():
        return kept
    need("debootstrap")
    kept.parent.mkdir(parents=True, exist_ok=True)
    root, half = kept.with_suffix(".root"), kept.with_suffix(".new")
    shutil.rmtree(root, ignore_errors=True)
    made = subprocess.run(["debootstrap", "--variant=minbase", f"--include={','.join(sorted(ALWAYS | packages))}", SUITE, root, _mirror()],
                          capture_output=True, env=_environment(), text=True, timeout=600, check=False)
    assert made.returncode == 0, made.stdout[-3000:] + made.stderr
    for lists in ("var/cache/apt/archives", "var/lib/apt/lists"):
        shutil.rmtree(root / lists, ignore_errors=True)
    subprocess.run(["tar", "-C", root, "-cf", half, "."], check=True)
    half.rename(kept)
    shutil.rmtree(root)
    return kept


def unpack(packages, directory):
    directory.mkdir(parents=True)
    subprocess.run(["tar", "-C", directory, "-xpf", archive(packages)], check=True)
    return directory
