#!/usr/bin/env bash
# Memory over a long run under load: builds what it needs, then runs soak/run.py. See --help.
# The last line on standard output: soak: N events, N minutes, slope N KiB per hour
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1

case " $* " in *" --help "* | *" -h "*) exec python3 tests/kafka/soak/run.py --help ;; esac
configs/setup.sh
{
  cmake --preset release
  cmake --build --preset release --target aslx
} >&2
export ASLX_UNDER_TEST=$PWD/build/release/aslx
exec python3 tests/kafka/soak/run.py "$@"
