#!/usr/bin/env bash
# One execution that waits at the head of a partition, and the rate of those behind it: builds what it
# needs, then runs waiting_head.py. See --help.
# The last line on standard output: waiting head: at_least_once N (CPU an event × N), exactly_once N (CPU an event × N)
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1

case " $* " in *" --help "* | *" -h "*) exec python3 tests/kafka/waiting_head.py --help ;; esac
configs/setup.sh
{
  cmake --preset release
  cmake --build --preset release --target aslx
} >&2
export ASLX_UNDER_TEST=$PWD/build/release/aslx
exec python3 tests/kafka/waiting_head.py "$@"
