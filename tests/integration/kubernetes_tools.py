"""kustomize, and kubectl-validate, which carries the schemas of Kubernetes: built from tests/k8s by Go, once (some
minutes), kept by the hash of the module's files."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from harness import SOURCE, run

MODULE = SOURCE / "tests/k8s"
TOOLS = {"kustomize": "sigs.k8s.io/kustomize/kustomize/v5", "kubectl-validate": "sigs.k8s.io/kubectl-validate"}
SCHEMAS = "1.30"  # of Kubernetes


def _go():
    return shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")


def _kept(name):
    cache = Path(os.environ.get("ORDERTRACE_CACHE", SOURCE / "tests/.cache"))
    content = (MODULE / "go.mod").read_bytes() + (MODULE / "go.sum").read_bytes()
    return cache / f"{name}-{hashlib.sha256(content).hexdigest()[:16]}"


def tool(name):
    kept = _kept(name)
    if kept.exists():
        return kept
    if not _go():
        pytest.skip("NO SCHEMAS OF KUBERNETES: there is no Go to build kustomize and kubectl-validate with; install Go 1.26")
    kept.parent.mkdir(parents=True, exist_ok=True)
    half = kept.with_suffix(".new")
    subprocess.run([_go(), "build", "-ldflags=-s -w", "-o", half, TOOLS[name]], cwd=MODULE, check=True)
    half.rename(kept)
    return kept


def render(folder):
    """What `kubectl apply -k` would send: text."""
    done = run(tool("kustomize"), "build", folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def objects(text):
    return {(item["kind"], item["metadata"]["name"]): item for item in yaml.safe_load_all(text)}


def complaints(text, directory):
    """What the schemas say of it; empty if nothing."""
    items = list(yaml.safe_load_all(text))
    for item in items:  # Kubernetes takes base64 in several lines, as kustomize writes it; kubectl-validate does not
        if item["kind"] == "Secret":
            item["data"] = {key: value.replace("\n", "") for key, value in item["data"].items()}
    file = directory / "rendered.yaml"
    file.write_text(yaml.safe_dump_all(items))
    done = run(tool("kubectl-validate"), f"--version={SCHEMAS}", file, seconds=120)
    return "" if done.returncode == 0 else done.stdout + done.stderr
