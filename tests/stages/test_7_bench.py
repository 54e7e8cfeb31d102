"""A short benchmark run; it fails on errors only, never on a figure."""
from building import ROOT, build, run


def test_bench_runs():
    build("release")
    print(run("bash", ROOT / "tests/bench/run.sh", "--quick", timeout=300))
