#!/usr/bin/env bash
# Random machines on the engine and on the reference evaluator: one test, and its count of machines.
# usage: run_random.sh ASLX_COMPARE COUNT
set -uo pipefail
if "$1" --seeds "$2" --from 1 >&2; then
  echo "random: $2 machines, seeds 1 to $2, no disagreement" >&2
  echo "tests: 1 passed, 0 failed, 0 skipped"
else
  echo "tests: 0 passed, 1 failed, 0 skipped"
  exit 1
fi
