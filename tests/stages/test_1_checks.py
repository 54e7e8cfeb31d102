"""Cheap checks first: form, layers, shell, spelling."""
from building import run


def test_files_keep_the_form():
    run("bash", "tests/check_files.sh", timeout=120)


def test_rooms_include_only_what_they_may():
    run("bash", "tests/check_layers.sh", timeout=60)
