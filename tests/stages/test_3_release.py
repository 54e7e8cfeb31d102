"""The release build, the quickstart, and the README followed literally."""
import re

import pytest
from building import ROOT, build, run

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```bash\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize("program", ["ordertrace-agent", "ordertrace-board", "ordertrace-rabbitmq", "ordertrace"])
def test_release_has_the_program(program):
    assert run(build("release") / program, "--version", timeout=10).startswith(f"{program} 0.")


def test_readme_has_exactly_two_set_up_commands():
    set_up = README.split("## Set up")[1].split("\n## ")[0]
    assert re.findall(r"```bash\n(.*?)\n```", set_up, flags=re.DOTALL) == ["deploy/quickstart.sh", "tests/run.sh"]


@pytest.mark.parametrize("block", BLOCKS, ids=[block.splitlines()[0] for block in BLOCKS])
def test_readme_block_works(block):
    build("release")
    if block.strip() == "tests/run.sh":
        return  # it is running right now
    if block.strip() == "deploy/quickstart.sh":
        output = run("bash", ROOT / "deploy/quickstart.sh", "--once", timeout=900)
        for said in ("The order is finished", "the CRM has not taken it", "the payment service did not answer",
                     "has not sent it to the MES", "step cut_panel", "4 orders are stuck."):
            assert said in output
        return
    # Event lines go to the default port: with no agent there they are lost without an error, as the README says.
    run("bash", "-euo", "pipefail", "-c", block, timeout=30)
