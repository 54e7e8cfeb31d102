"""Unit tests of every room with AddressSanitizer and UBSan."""
import pytest
from building import build, run, targets


@pytest.mark.parametrize("room", targets("ot_unit_test"))
def test_unit(room):
    run(build("asan") / f"unit_{room}", timeout=300)
