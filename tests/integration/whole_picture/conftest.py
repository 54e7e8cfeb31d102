"""The programs of the picture live as long as the module, also those that one of its tests has started again."""

import pytest


@pytest.fixture(autouse=True)
def leave_nothing_behind():
    """Instead of the one above: what is left is ended with the module."""
