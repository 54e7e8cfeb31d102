"""Each fuzz target: its corpus, then 20 s of search."""
import shutil

import pytest
from building import ROOT, build, run, targets

SECONDS = 20
SEED = 1  # what lands does not hang on chance; a longer search takes other seeds


@pytest.mark.skipif(not shutil.which("clang++-19"), reason="needs clang++-19 (deploy/packages.sh tests installs it)")
@pytest.mark.parametrize("target", targets("ot_fuzz"))
def test_fuzz(target, tmp_path):
    corpus = ROOT / "tests/fuzz/corpus" / target
    program = build("fuzz", *(f"fuzz_{name}" for name in targets("ot_fuzz"))) / f"fuzz_{target}"
    run(program, "-runs=0", corpus, timeout=120)
    run(program, f"-max_total_time={SECONDS}", f"-seed={SEED}", "-timeout=10", "-rss_limit_mb=2048",
        f"-artifact_prefix={tmp_path}/", tmp_path, corpus, timeout=SECONDS + 120)
