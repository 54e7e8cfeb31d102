#!/usr/bin/env bash
# Runs every test of the project, on a bare Debian 12 too: installs what they need, builds what they test.
# The order is: cheap checks, unit tests with sanitizers, release build, real programs, two threads, fuzzing, benchmark.
# tests/run.sh [PYTEST ARGUMENTS…], e.g. `tests/run.sh -k balance`. The last line is pytest's total.
set -euo pipefail
cd "$(dirname "$0")/.."

bash deploy/packages.sh tests

export PYTHONDONTWRITEBYTECODE=1
stages=tests/stages
# Debian's own Python: python3-pytest and python3-thrift are installed for it.
exec /usr/bin/python3 -m pytest -p no:cacheprovider -rs --durations=10 --tb=short "$@" \
    "$stages/test_1_checks.py" \
    "$stages/test_2_unit.py" \
    "$stages/test_3_release.py" \
    tests/integration \
    "$stages/test_5_threads.py" \
    "$stages/test_6_fuzz.py" \
    "$stages/test_7_bench.py"
